import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import sort_rows
from tests.preprocessing.tables import dicts, lists, subsets, to_frame, unchanged

positions = st.sampled_from(["first", "last"])


@given(dicts, subsets, st.lists(st.booleans(), min_size=3, max_size=3), positions)
def test_sort_rows_agrees_with_pandas(rows, by, directions, position):
    ascending = directions[: len(by)]
    expected = to_frame(rows).sort_values(
        by, ascending=ascending, na_position=position, kind="stable"
    )
    found = unchanged(sort_rows, rows, by, ascending=ascending, na_position=position)
    assert [id(row) for row in found] == [id(rows[place]) for place in expected.index]


@given(lists, st.booleans(), positions)
def test_sort_rows_of_lists_agrees_with_pandas(rows, ascending, position):
    expected = []
    if rows:
        options = {"ascending": ascending, "na_position": position, "kind": "stable"}
        expected = to_frame(rows).sort_values(1, **options).index
    found = unchanged(sort_rows, rows, 1, ascending=ascending, na_position=position)
    assert [id(row) for row in found] == [id(rows[place]) for place in expected]


def test_sort_rows_keeps_equal_rows_in_their_order_downwards_too():
    rows = [[1, "a"], [2, "b"], [1, "c"]]
    assert sort_rows(rows, 0, ascending=False) == [[2, "b"], [1, "a"], [1, "c"]]


def test_sort_rows_refuses_values_without_an_order():
    with pytest.raises(PreprocessingError, match="Column 'a' holds values of type int and str"):
        sort_rows([{"a": 1}, {"a": "x"}], "a")


def test_sort_rows_refuses_as_many_directions_as_there_are_no_columns():
    with pytest.raises(PreprocessingError, match="ascending has 1 values for 2 columns"):
        sort_rows([[1, 2]], [0, 1], ascending=[True])


def test_sort_rows_refuses_a_place_for_missing_values_that_there_is_not():
    with pytest.raises(PreprocessingError, match="'first' or 'last'"):
        sort_rows([[1]], 0, na_position="middle")


def test_sort_rows_refuses_a_column_that_is_not_there():
    with pytest.raises(PreprocessingError, match=r"Row 1 has no column 'score'.*'scores'\?"):
        sort_rows([{"score": 1}, {"scores": 1}], "score")
    with pytest.raises(PreprocessingError, match="No column is named"):
        sort_rows([{"score": 1}], [])
