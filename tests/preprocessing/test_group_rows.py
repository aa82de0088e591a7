import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import group_rows
from tests.preprocessing.tables import dicts, lists, subsets, to_typed_frame, unchanged

orders = st.sampled_from(["first-seen", "sorted"])


def pandas_groups(rows, by, order, is_missing_kept):
    """The keys with the identities of their rows, in order, as pandas groups them."""
    if not rows:
        return []
    grouped = to_typed_frame(rows).groupby(by, sort=order == "sorted", dropna=not is_missing_kept)
    return [(one_missing(key), [id(rows[place]) for place in part.index]) for key, part in grouped]


def one_missing(key):
    if isinstance(key, tuple):
        return tuple(one_missing(part) for part in key)
    return None if pd.isna(key) else key


def identities(groups):
    return [(key, [id(row) for row in rows]) for key, rows in groups.items()]


@given(dicts, subsets, orders, st.booleans())
def test_group_rows_agrees_with_pandas(rows, by, order, is_missing_kept):
    options = {"order": order, "is_missing_kept": is_missing_kept}
    found = unchanged(group_rows, rows, by, **options)
    assert identities(found) == pandas_groups(rows, by, **options)


@given(lists, orders, st.booleans())
def test_group_rows_of_lists_agrees_with_pandas(rows, order, is_missing_kept):
    options = {"order": order, "is_missing_kept": is_missing_kept}
    found = unchanged(group_rows, rows, 1, **options)
    assert identities(found) == pandas_groups(rows, 1, **options)


def test_group_rows_takes_columns_from_a_generator():
    assert group_rows([{"a": 1, "b": 2}], (name for name in "ab")) == {(1, 2): [{"a": 1, "b": 2}]}


def test_group_rows_refuses_lists_as_keys_with_their_place():
    with pytest.raises(PreprocessingError, match=r"Row 1, column 'a' holds a list, which group_ro"):
        group_rows([{"a": "x"}, {"a": []}], "a")


def test_group_rows_sorts_no_keys_that_have_no_order():
    rows = [{"a": 1}, {"a": "x"}]
    assert list(group_rows(rows, "a")) == [1, "x"]
    with pytest.raises(PreprocessingError, match="Column 'a' holds values of type int and str"):
        group_rows(rows, "a", order="sorted")


def test_group_rows_refuses_an_order_that_it_does_not_know():
    with pytest.raises(PreprocessingError, match="'first-seen' or 'sorted'"):
        group_rows([], "a", order="random")


def test_group_rows_refuses_a_column_that_is_not_there():
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'b'"):
        group_rows([{"a": 1}], ["a", "b"])
