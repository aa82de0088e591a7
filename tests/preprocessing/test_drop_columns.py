import pytest
from hypothesis import given

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import drop_columns
from tests.preprocessing.tables import (
    dicts,
    from_frame,
    lists,
    normal,
    subsets,
    to_frame,
    unchanged,
)


@given(dicts, subsets)
def test_drop_columns_agrees_with_pandas(rows, columns):
    expected = to_frame(rows).drop(columns=columns)
    found = unchanged(drop_columns, rows, columns)
    if len(expected.columns):
        assert normal(found) == from_frame(expected)
    else:
        assert found == [{} for _ in rows]


@given(lists)
def test_drop_columns_of_lists_agrees_with_pandas(rows):
    expected = to_frame(rows).drop(columns=[0, 2])[1].tolist() if rows else []
    assert repr(unchanged(drop_columns, rows, [2, 0])) == repr([[value] for value in expected])


def test_drop_columns_takes_positions_from_the_end_and_names_twice():
    assert drop_columns([[1, 2, 3], [4, 5]], [-1, -1]) == [[1, 2], [4]]
    assert drop_columns([{"a": 1, "b": 2}], ["a", "a"]) == [{"b": 2}]


def test_drop_columns_refuses_a_column_that_is_not_there():
    with pytest.raises(PreprocessingError, match="Row 1 has no column 'a'"):
        drop_columns([{"a": 1}, {"b": 1}], "a")
    with pytest.raises(PreprocessingError, match=r"Row 0 has no column 3; it is a list of 2"):
        drop_columns([[1, 2]], 3)


def test_drop_columns_refuses_rows_of_two_kinds():
    with pytest.raises(PreprocessingError, match="Row 1 is a list; give rows that are all dicts"):
        drop_columns([{"a": 1}, [1]], "a")
