import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import rename_columns
from tests.preprocessing.tables import dicts, from_frame, normal, to_frame, unchanged

renamings = st.sampled_from(
    [{}, {"name": "student"}, {"name": "score", "score": "name"}, {"flag": "flag", "score": "x"}]
)


@given(dicts, renamings)
def test_rename_columns_agrees_with_pandas_in_names_and_order(rows, names):
    found = unchanged(rename_columns, rows, names)

    assert normal(found) == from_frame(to_frame(rows).rename(columns=names))
    # Rows of one table may hold their columns in different orders, and a frame has one.
    for after in found:
        assert list(after) == [names.get(column, column) for column in rows[0]]


def test_rename_columns_of_rows_with_different_columns_keeps_their_places():
    names = {"a": "x"}
    assert rename_columns([{"a": 1, "b": 2}, {"c": 3, "a": 4}, {"a": 5}], names) == [
        {"x": 1, "b": 2},
        {"c": 3, "x": 4},
        {"x": 5},
    ]


def test_rename_columns_refuses_a_name_that_is_taken():
    with pytest.raises(PreprocessingError, match="Row 0 would have two columns 'score'"):
        rename_columns([{"name": "A", "score": 1}], {"name": "score"})


def test_rename_columns_refuses_a_column_that_is_not_there():
    with pytest.raises(PreprocessingError, match=r"Row 1 has no column 'name'.*'names'\?"):
        rename_columns([{"name": "A"}, {"names": "A"}], {"name": "student"})


def test_rename_columns_refuses_lists():
    with pytest.raises(PreprocessingError, match="Row 0 is a list"):
        rename_columns([["A"]], {"name": "student"})
    with pytest.raises(PreprocessingError, match="Row 1 is a list"):
        rename_columns([{"name": "A"}, ["A"]], {"name": "student"})
