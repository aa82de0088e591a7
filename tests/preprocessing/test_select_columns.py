import pytest
from hypothesis import given

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import select_columns
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
def test_select_columns_agrees_with_pandas_in_order(rows, columns):
    expected = from_frame(to_frame(rows)[columns])
    found = normal(unchanged(select_columns, rows, columns))
    assert [list(row.items()) for row in found] == [list(row.items()) for row in expected]


@given(lists)
def test_select_columns_of_lists_by_position(rows):
    found = unchanged(select_columns, rows, [2, 0])
    assert repr(found) == repr([[row[2], row[0]] for row in rows])


def test_select_columns_of_no_column_gives_empty_rows():
    assert select_columns([{"name": "A"}], []) == [{}]
    assert select_columns([["A"]], []) == [[]]


def test_select_columns_of_one_column_gives_rows_of_one_value():
    assert select_columns([{"name": "A", "score": 1}], "name") == [{"name": "A"}]


def test_select_columns_refuses_a_column_that_is_not_there():
    with pytest.raises(PreprocessingError, match=r"Row 1 has no column 'score'; it has 'name'\.$"):
        select_columns([{"name": "A", "score": 1}, {"name": "B"}], ["score"])
