from copy import deepcopy

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import index_rows, join_rows
from tests.preprocessing.tables import names, unchanged

ids = st.integers(0, 3)
numbers = st.sampled_from([1, 2, None])
hows = st.sampled_from(["inner", "left", "right", "outer"])
suffixes = st.sampled_from([("_x", "_y"), ("", "_right"), ("_left", "")])

lefts = st.lists(
    st.fixed_dictionaries({"id": ids, "name": names, "n": numbers, "note": names}),
    min_size=1,
    max_size=8,
)
rights = st.lists(
    st.fixed_dictionaries({"name": names, "n": numbers, "note": names, "label": ids}),
    min_size=1,
    max_size=8,
)
KEYS = [
    {"on": "name"},
    {"on": ["name"]},
    {"on": ["name", "n"]},
    {"left_on": "name", "right_on": "note"},
    {"left_on": ["note", "n"], "right_on": ["name", "n"]},
    {"left_on": ["name", "note"], "right_on": ["note", "name"]},
    {"left_on": "id", "right_on": "label"},
]


def to_frame(rows):
    dtypes = {"id": "Int64", "label": "Int64", "name": "string", "n": "Int64", "note": "string"}
    frame = pd.DataFrame(rows, dtype=object)
    return frame.astype({name: dtype for name, dtype in dtypes.items() if name in frame})


def from_frame(frame):
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def assert_same(found, expected):
    assert found == expected
    assert [list(row) for row in found] == [list(row) for row in expected]


@given(lefts, rights, st.sampled_from(KEYS), hows, suffixes)
def test_join_rows_agrees_with_pandas(left, right, key, how, suffixes):
    before = deepcopy(right)
    # Of rows whose columns are in different orders, those of the first are the table's.
    left = [{name: row[name] for name in left[0]} for row in left]
    right = [{name: row[name] for name in right[0]} for row in right]
    found = unchanged(join_rows, left, right, **key, how=how, suffixes=suffixes)
    assert right == before
    expected = to_frame(left).merge(to_frame(right), **key, how=how, suffixes=suffixes)
    assert_same(found, from_frame(expected))


@given(lefts, rights, st.sampled_from(KEYS), hows)
def test_join_rows_to_an_index_agrees_with_the_table(left, right, key, how):
    index = index_rows(right, key.get("on", key.get("right_on")))
    assert_same(join_rows(left, index, **key, how=how), join_rows(left, right, **key, how=how))


@given(lefts, rights, st.sampled_from(KEYS))
def test_join_rows_one_by_one_gives_what_all_together_give(left, right, key):
    index = index_rows(right, key.get("on", key.get("right_on")))
    together = join_rows(left, index, **key, how="left")
    assert [made for row in left for made in join_rows([row], index, **key, how="left")] == together


def test_join_rows_puts_partners_of_many_to_many_in_the_order_of_both():
    left = [{"k": 1, "l": "a"}, {"k": 1, "l": "b"}]
    right = [{"k": 1, "r": "x"}, {"k": 1, "r": "y"}]
    pairs = [(row["l"], row["r"]) for row in join_rows(left, right, on="k")]
    assert pairs == [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
def test_join_rows_of_nothing_has_the_columns_that_there_are(how):
    row = {"k": 1, "n": 2}
    assert join_rows([], [], on="k", how=how) == []
    assert join_rows([row], [], on="k", how=how) == ([row] if how in ("left", "outer") else [])
    assert join_rows([], [row], on="k", how=how) == ([row] if how in ("right", "outer") else [])


def test_join_rows_sees_a_column_that_only_a_later_row_has():
    left = [{"k": 1}, {"k": 2, "n": 3}]
    found = join_rows(left, [{"k": 1, "n": 4}, {"k": 2, "n": 5}], on="k")
    assert found == [{"k": 1, "n_y": 4}, {"k": 2, "n_x": 3, "n_y": 5}]


def test_join_rows_matches_nan_with_none():
    assert join_rows([{"k": float("nan"), "l": 1}], [{"k": None, "r": 2}], on="k") == [
        {"k": None, "l": 1, "r": 2}
    ]


def test_join_rows_to_an_index_needs_no_key():
    index = index_rows([{"id": 1, "city": "Bonn"}], "id")
    assert join_rows([{"id": 1}], index) == [{"id": 1, "city": "Bonn"}]
    found = join_rows([{"school": 1}], index, left_on="school")
    assert found == [{"school": 1, "id": 1, "city": "Bonn"}]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "Name the columns"),
        ({"left_on": "k"}, "Name the columns"),
        ({"on": "k", "left_on": "k"}, "give one or both"),
        ({"left_on": "k", "right_on": ["k", "n"]}, "1 columns on the left and 2 on the right"),
        ({"on": "k", "how": "cross"}, "'inner', 'left', 'right' or 'outer'"),
        ({"on": "k", "suffixes": ("", "")}, "Two columns would have the name 'n'"),
        ({"on": "j"}, "Row 0 has no column 'j'"),
        ({"on": []}, "No column is named"),
    ],
)
def test_join_rows_refuses_what_it_cannot_join_by(options, message):
    with pytest.raises(PreprocessingError, match=message):
        join_rows([{"k": 1, "n": 2}], [{"k": 1, "n": 3}], **options)


def test_join_rows_refuses_an_index_of_other_columns():
    with pytest.raises(PreprocessingError, match="indexed by id, and to be joined by city"):
        join_rows([{"city": "Bonn"}], index_rows([{"id": 1, "city": "Bonn"}], "id"), on="city")


def test_join_rows_refuses_a_suffix_that_makes_a_name_that_is_there():
    with pytest.raises(PreprocessingError, match="the name 'n_x'"):
        join_rows([{"k": 1, "n": 1, "n_x": 2}], [{"k": 1, "n": 3}], on="k")


def test_join_rows_refuses_lists_as_rows_and_as_keys():
    with pytest.raises(PreprocessingError, match="Row 1 is a list, whose columns have no names"):
        join_rows([{"k": 1}, [1]], [{"k": 1}], on="k")
    with pytest.raises(PreprocessingError, match="Row 0 is a list"):
        index_rows([[1]], 0)
    with pytest.raises(PreprocessingError, match="Row 1 is a list"):
        index_rows([{"k": 1}, [[1]]], "k")
    with pytest.raises(PreprocessingError, match="Row 1 is a NoneType"):
        index_rows([{"k": 1}, None], "k")
    with pytest.raises(PreprocessingError, match="Row 0, column 'k' holds a list, which join_rows"):
        join_rows([{"k": []}], [{"k": 1}], on="k")
    with pytest.raises(PreprocessingError, match="Row 0, column 'k' holds a dict, which index_row"):
        join_rows([{"k": 1}], [{"k": {}}], on="k")


def test_join_rows_sorts_no_keys_that_have_no_order():
    rows = [{"k": 1}], [{"k": "a"}]
    assert join_rows(*rows, on="k") == []
    with pytest.raises(PreprocessingError, match="Column 'k' holds values of type int and str"):
        join_rows(*rows, on="k", how="outer")
