import pytest
from hypothesis import given

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import assign_columns
from tests.preprocessing.tables import dicts, from_frame, lists, normal, to_frame, unchanged


def label(row):
    return f"{row['name']}-{row['flag']}"


@given(dicts)
def test_assign_columns_agrees_with_pandas(rows):
    expected = to_frame(rows).assign(
        label=lambda frame: [label(row) for row in frame.to_dict("records")],
        unit="cm",
        score=lambda frame: frame["label"] + "!" if len(frame) else frame["score"],
    )

    found = unchanged(
        assign_columns,
        rows,
        {"label": label, "unit": "cm", "score": lambda row: row["label"] + "!"},
    )

    assert normal(found) == from_frame(expected)
    assert [list(row) for row in found] == [[*row, "label", "unit"] for row in rows]


@given(lists)
def test_assign_columns_of_lists_replaces_and_appends(rows):
    found = unchanged(assign_columns, rows, {1: 5, 3: lambda row: row[1] + 1, -1: 0})
    assert repr(found) == repr([[row[0], 5, row[2], 0] for row in rows])


def test_assign_columns_makes_the_next_from_the_one_before():
    made = {"b": lambda row: row["a"] + 1, "c": lambda row: row["b"] + 1}
    assert assign_columns([{"a": 1}], made) == [{"a": 1, "b": 2, "c": 3}]


def test_assign_columns_raises_what_the_function_raises():
    with pytest.raises(KeyError, match="grade"):
        assign_columns([{"a": 1}], {"b": lambda row: row["grade"]})


def test_assign_columns_refuses_a_position_that_is_not_the_next():
    with pytest.raises(PreprocessingError, match=r"list of 1, which .* no column 2 next; .* is 1"):
        assign_columns([[7]], {2: 0})
    with pytest.raises(PreprocessingError, match="no column 'b' next"):
        assign_columns([[7]], {"b": 0})
