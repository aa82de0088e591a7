import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import replace_values
from tests.preprocessing.tables import (
    NAN,
    dicts,
    from_frame,
    lists,
    normal,
    subsets,
    to_frame,
    unchanged,
)

names = st.dictionaries(st.sampled_from(["A", "B", "", "z"]), st.sampled_from(["A", "B", "new", 7]))
numbers = st.dictionaries(st.sampled_from([0, 1, 2.5]), st.sampled_from([1, 9, "one"]))


@given(dicts, names)
def test_replace_values_agrees_with_pandas_on_words(rows, replacements):
    frame = to_frame(rows)
    expected = from_frame(frame.replace(replacements) if replacements else frame)
    assert normal(unchanged(replace_values, rows, replacements)) == expected


@given(dicts, numbers)
def test_replace_values_agrees_with_pandas_on_the_numbers_of_a_column(rows, replacements):
    frame = to_frame(rows)
    if replacements:
        frame["score"] = frame["score"].replace(replacements).astype(object)

    found = unchanged(replace_values, rows, replacements, columns="score")

    assert normal(found) == from_frame(frame)


@given(dicts, names, subsets)
def test_replace_values_leaves_the_other_columns(rows, replacements, columns):
    found = unchanged(replace_values, rows, replacements, columns=columns)

    for before, after in zip(rows, found, strict=True):
        assert all(after[name] is before[name] for name in before if name not in columns)


@given(lists)
def test_replace_values_of_lists_by_position(rows):
    found = unchanged(replace_values, rows, {"A": "B", "B": "A"}, columns=0)

    swap = {"A": "B", "B": "A"}
    assert repr(found) == repr([[swap.get(row[0], row[0]), *row[1:]] for row in rows])


@pytest.mark.parametrize("key", [None, NAN])
def test_replace_values_replaces_what_is_missing(key):
    rows = [{"a": None, "b": NAN, "c": 0}]
    assert replace_values(rows, {key: -1}) == [{"a": -1, "b": -1, "c": 0}]


def test_replace_values_tells_true_from_one():
    found = replace_values([{"a": True, "b": 1, "c": 1.0}], {1: "one"})
    assert found == [{"a": True, "b": "one", "c": "one"}]
    assert replace_values([{"a": True, "b": 1}], {True: "yes"}) == [{"a": "yes", "b": 1}]


def test_replace_values_leaves_lists_as_they_are():
    rows = [{"tags": ["A"], "name": "A"}]
    assert replace_values(rows, {"A": 1}) == [{"tags": ["A"], "name": 1}]


def test_replace_values_refuses_a_column_that_is_not_there():
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'nam'"):
        replace_values([{"name": "A"}], {"A": 1}, columns=["nam"])
