import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import fill_group_values, learn_group_values, put_group_values
from ml_api_kit.preprocessing.aggregates import AGGREGATES
from tests.preprocessing.tables import dicts, lists, to_typed_frame, unchanged

bys = st.sampled_from(["name", ["name"], ["name", "flag"], "flag"])
hows = st.sampled_from(["size", *sorted(set(AGGREGATES) - {"std", "var"})])


def frozen(*arguments):
    """A learned table as it comes back from the file of an artifact."""
    return json.loads(json.dumps(learn_group_values(*arguments)))


def assert_values(found, expected):
    expected = list(expected)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == (None if pd.isna(other) else pytest.approx(other, rel=1e-9))


@given(dicts, bys, hows)
def test_put_group_values_of_the_training_rows_agrees_with_transform(rows, by, how):
    found = unchanged(put_group_values, rows, frozen(rows, by, "score", how), "made")
    expected = to_typed_frame(rows).groupby(by)["score"].transform(how) if rows else []
    assert_values([row["made"] for row in found], expected)
    assert [{**row, "made": None} for row in rows] == [{**row, "made": None} for row in found]


@given(dicts, bys)
def test_fill_group_values_of_the_training_rows_agrees_with_pandas(rows, by):
    found = unchanged(fill_group_values, rows, frozen(rows, by, "score", "mean"), "score")
    frame = to_typed_frame(rows)
    means = frame.groupby(by)["score"].transform("mean") if rows else 0.0
    assert_values([row["score"] for row in found], frame["score"].fillna(means))


@given(lists)
def test_fill_group_values_of_lists_agrees_with_pandas(rows):
    found = unchanged(fill_group_values, rows, frozen(rows, 0, 1, "median"), 1)
    expected = []
    if rows:
        frame = to_typed_frame(rows)
        expected = frame[1].fillna(frame.groupby(0)[1].transform("median"))
    assert_values([row[1] for row in found], expected)


@given(dicts, dicts, bys)
def test_group_values_of_one_row_are_those_of_all_rows(training, rows, by):
    table = frozen(training, by, "score", "max")
    together = put_group_values(rows, table, "made", otherwise=-1)
    assert [put_group_values([row], table, "made", otherwise=-1)[0] for row in rows] == together


def test_group_values_of_groups_never_seen_are_otherwise():
    table = frozen([["B", 1], ["A", 3]], 0, 1, "mean")
    assert fill_group_values([["C", None], [None, None]], table, 1) == [["C", None], [None, None]]
    assert fill_group_values([["C", None]], table, 1, otherwise=2.0) == [["C", 2.0]]


def test_put_group_values_keeps_the_place_of_a_column():
    table = frozen([{"a": 1, "b": 2}], "a", "b", "sum")
    assert list(put_group_values([{"b": 0, "a": 1}], table, "b")[0].items()) == [("b", 2), ("a", 1)]


@pytest.mark.parametrize(
    "table", [{}, {"by": ["a"]}, {"by": ["a"], "values": [[1]]}, {"by": ["a"], "values": [1]}]
)
def test_group_values_refuse_a_table_that_was_not_learned(table):
    with pytest.raises(PreprocessingError, match="none that learn_group_values made"):
        put_group_values([{"a": 1}], table, "b")


def test_group_values_refuse_a_row_without_the_key():
    table = frozen([{"a": 1, "b": 2}], "a", "b", "sum")
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'a'"):
        put_group_values([{"b": 1}], table, "b")
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'b'"):
        fill_group_values([{"a": 1}], table, "b")
    with pytest.raises(PreprocessingError, match="Row 0, column 'a' holds a list"):
        put_group_values([{"a": []}], table, "b")


def test_put_group_values_refuses_lists_whose_columns_have_no_names():
    table = frozen([["B", 1], ["A", 3]], 0, 1, "mean")
    with pytest.raises(PreprocessingError, match="Row 0 is a list, whose columns have no names"):
        put_group_values([["B", 2]], table, "mean")
