import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import fill_missing
from tests.preprocessing.tables import (
    COLUMNS,
    NAN,
    dicts,
    from_frame,
    lists,
    normal,
    to_frame,
    unchanged,
)

values = st.sampled_from([0, 1.5, "", "none", False])


@given(dicts, values)
def test_fill_missing_agrees_with_pandas(rows, value):
    assert normal(unchanged(fill_missing, rows, value)) == from_frame(to_frame(rows).fillna(value))


@given(dicts, st.dictionaries(st.sampled_from(COLUMNS), values))
def test_fill_missing_by_column_agrees_with_pandas(rows, value):
    assert normal(unchanged(fill_missing, rows, value)) == from_frame(to_frame(rows).fillna(value))


@given(lists, values)
def test_fill_missing_of_lists_agrees_with_pandas(rows, value):
    expected = to_frame(rows).fillna(value).to_numpy().tolist()

    assert repr(unchanged(fill_missing, rows, value)) == repr(expected)
    assert [row[1] for row in unchanged(fill_missing, rows, {1: value})] == [r[1] for r in expected]


def test_fill_missing_of_rows_with_different_columns():
    rows = [{"a": None}, {"b": NAN}, {"a": 1, "b": None}, {}]
    assert fill_missing(rows, 0) == [{"a": 0}, {"b": 0}, {"a": 1, "b": 0}, {}]
    assert fill_missing(rows[:2], 0) == [{"a": 0}, {"b": 0}]
    assert fill_missing([[None], [1, NAN]], 0) == [[0], [1, 0]]


def test_fill_missing_gives_copies():
    rows = [{"score": 1}]
    for value in (0, {"score": 0}):
        assert fill_missing(rows, value)[0] is not rows[0]


def test_fill_missing_refuses_a_column_that_is_not_there():
    with pytest.raises(PreprocessingError, match=r"Row 0 has no column 'scor'.*'score'\?"):
        fill_missing([{"score": None}], {"scor": 0})
