import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import map_values
from tests.preprocessing.tables import (
    NAN,
    dicts,
    from_frame,
    lists,
    normal,
    to_frame,
    unchanged,
)

results = st.sampled_from(["A", "new", 7, 0.5, None])
names = st.dictionaries(st.sampled_from(["A", "B", "", "z"]), results)
numbers = st.dictionaries(st.sampled_from([0, 1, 2.5]), results)


@given(dicts, names)
def test_map_values_agrees_with_pandas(rows, table):
    frame = to_frame(rows)
    frame["name"] = frame["name"].map(pd.Series(table, dtype=object))
    assert normal(unchanged(map_values, rows, table, columns="name")) == from_frame(frame)


@given(dicts, numbers)
def test_map_values_of_numbers_agrees_with_pandas(rows, table):
    frame = to_frame(rows)
    frame["score"] = frame["score"].map(pd.Series(table, dtype=object))
    assert normal(unchanged(map_values, rows, table, columns="score")) == from_frame(frame)


@given(dicts, names, st.sampled_from([-1, "other"]))
def test_map_values_gives_the_default_for_what_is_not_known(rows, table, default):
    found = unchanged(map_values, rows, table, columns=["name"], default=default)
    expected = [table.get(row["name"], default) for row in rows]
    assert [row["name"] for row in found] == expected


@given(lists)
def test_map_values_of_lists_by_position(rows):
    found = unchanged(map_values, rows, {"A": 1, "B": 2}, columns=0)
    assert repr(found) == repr([[{"A": 1, "B": 2}.get(row[0]), *row[1:]] for row in rows])


@pytest.mark.parametrize("key", [None, NAN])
def test_map_values_maps_what_is_missing_where_the_table_says_so(key):
    rows = [{"a": None}, {"a": NAN}, {"a": 1}]
    assert map_values(rows, {key: "gone", 1: "one"}, columns="a") == [
        {"a": "gone"},
        {"a": "gone"},
        {"a": "one"},
    ]


def test_map_values_maps_a_column_named_twice_once():
    assert map_values([{"a": 1}], {1: 2, 2: 3}, columns=["a", "a"]) == [{"a": 2}]


def test_map_values_names_what_is_at_fault():
    with pytest.raises(PreprocessingError, match=r"Row 0 has no column 'nam'"):
        map_values([{"name": "A"}], {}, columns="nam")
    with pytest.raises(PreprocessingError, match="Row 1, column 'name' holds a list"):
        map_values([{"name": "A"}, {"name": []}], {}, columns="name")
