import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import drop_duplicates
from tests.preprocessing.tables import (
    dicts,
    from_frame,
    lists,
    normal,
    one_missing,
    subsets,
    to_frame,
    unchanged,
)

PANDAS_KEEP = {"first": "first", "last": "last", "none": False, False: False}
keeps = st.sampled_from(list(PANDAS_KEEP))


@given(dicts, st.none() | subsets, keeps)
def test_drop_duplicates_agrees_with_pandas(rows, subset, keep):
    expected = to_frame(one_missing(rows)).drop_duplicates(subset=subset, keep=PANDAS_KEEP[keep])
    found = unchanged(drop_duplicates, rows, subset=subset, keep=keep)
    assert normal(found) == from_frame(expected)


@given(lists, keeps)
def test_drop_duplicates_of_lists_agrees_with_pandas(rows, keep):
    kept = to_frame(one_missing(rows)).drop_duplicates(keep=PANDAS_KEEP[keep]).index if rows else []
    found = unchanged(drop_duplicates, rows, keep=keep)
    assert [id(row) for row in found] == [id(rows[index]) for index in kept]


def test_drop_duplicates_compares_columns_by_name_not_by_place():
    assert drop_duplicates([{"a": 1, "b": 2}, {"b": 2, "a": 1}]) == [{"a": 1, "b": 2}]


def test_drop_duplicates_refuses_lists_as_keys_with_their_place():
    rows = [{"name": "A", "tags": "x"}, {"name": "A", "tags": ["x"]}]

    with pytest.raises(PreprocessingError, match="Row 1, column 'tags' holds a list"):
        drop_duplicates(rows)
    assert drop_duplicates(rows, subset="name") == rows[:1]


def test_drop_duplicates_refuses_rows_of_other_columns():
    with pytest.raises(PreprocessingError, match="Row 1 has 2 columns, and the first row 1"):
        drop_duplicates([{"a": 1}, {"a": 1, "b": 2}])
    with pytest.raises(PreprocessingError, match="Row 1 has no column 'b'"):
        drop_duplicates([{"a": 1, "b": 2}, {"a": 1}])


def test_drop_duplicates_refuses_what_it_cannot_keep():
    with pytest.raises(PreprocessingError, match="'first', 'last' or 'none'"):
        drop_duplicates([], keep="all")


def test_drop_duplicates_refuses_to_compare_by_no_column():
    with pytest.raises(PreprocessingError, match="No column is named"):
        drop_duplicates([{"a": 1}], subset=[])
