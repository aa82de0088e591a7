import json

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import (
    bin_label,
    cut_values,
    is_missing,
    learn_bins,
    learn_quantile_bins,
)
from tests.preprocessing.tables import NAN, unchanged

numbers = st.integers(-20, 20) | st.floats(-20, 20) | st.sampled_from([0.1, 0.5, 2.5])
gappy = numbers | st.sampled_from([None, NAN])
columns = st.lists(gappy, max_size=12)
edge_lists = st.lists(
    st.integers(-15, 15) | st.floats(-15, 15), min_size=2, max_size=5, unique=True
)


def places(series):
    return [None if pd.isna(value) else int(value) for value in series]


def learned(values):
    return [value for value in values if not is_missing(value)]


@given(columns, edge_lists.map(sorted), st.booleans(), st.booleans())
def test_cut_values_agrees_with_pandas(values, edges, is_right_closed, is_lowest_included):
    series = pd.Series(values, dtype="float64")
    options = {"right": is_right_closed, "include_lowest": is_lowest_included}
    expected = places(pd.cut(series, edges, labels=False, **options))
    options = {"is_right_closed": is_right_closed, "is_lowest_included": is_lowest_included}

    found = unchanged(cut_values, [{"n": value} for value in values], "n", edges, **options)

    assert [row["n"] for row in found] == expected
    one_by_one = [bin_label(value, edges, False, **options) for value in values]
    assert places(one_by_one) == expected


@given(columns)
def test_cut_values_with_labels_agrees_with_pandas(values):
    labels = ["low", "high"]
    cut = pd.cut(pd.Series(values, dtype="float64"), [-10, 0, 10], labels=labels)
    expected = [None if pd.isna(label) else label for label in cut]

    rows = [["x", value] for value in values]
    assert [
        row[1] for row in unchanged(cut_values, rows, 1, [-10, 0, 10], labels=labels)
    ] == expected
    behind = unchanged(cut_values, rows, 1, [-10, 0, 10], labels=labels, into=2)
    assert repr(behind) == repr([[*row, label] for row, label in zip(rows, expected, strict=True)])


@given(columns, st.integers(1, 7), st.booleans())
def test_learn_bins_agrees_with_pandas(values, count, is_right_closed):
    assume(learned(values))
    series = pd.Series(values, dtype="float64")
    # Numbers so near to each other that pandas has no edges between them.
    assume(series.max() == series.min() or series.max() - series.min() > 1e-6)
    expected, edges = pd.cut(series, count, labels=False, right=is_right_closed, retbins=True)
    rows = [{"n": value} for value in values]

    bins = unchanged(learn_bins, rows, "n", count, is_right_closed=is_right_closed)

    assert bins["edges"] == edges.tolist()
    assert json.loads(json.dumps(bins)) == bins
    assert [row["n"] for row in cut_values(rows, "n", **bins)] == places(expected)


@given(columns, st.integers(1, 7) | st.sampled_from([(0, 0.1, 0.9, 1), (0.25, 0.5)]))
def test_learn_quantile_bins_agrees_with_pandas(values, quantiles):
    assume(learned(values))
    series = pd.Series(values, dtype="float64")
    expected, edges = pd.qcut(series, quantiles, labels=False, retbins=True, duplicates="drop")
    rows = [{"n": value} for value in values]

    bins = unchanged(learn_quantile_bins, rows, "n", quantiles, duplicates="drop")

    assert bins["edges"] == edges.tolist()
    assert json.loads(json.dumps(bins)) == bins
    assert [row["n"] for row in cut_values(rows, "n", **bins)] == places(expected)


def test_cut_values_into_another_column_leaves_the_first():
    assert cut_values([{"n": 5}], "n", [0, 9], into="bin") == [{"n": 5, "bin": 0}]


def test_cut_values_without_a_bin_finds_none():
    assert cut_values([{"n": 5}], "n", [], is_lowest_included=True) == [{"n": None}]
    assert cut_values([{"n": 5}], "n", [5], is_lowest_included=True) == [{"n": None}]


@pytest.mark.parametrize(
    ("rows", "edges", "labels", "fault"),
    [
        ([{"m": 5}], [0, 9], None, "Row 0 has no column 'n'"),
        ([{"n": 5}, {"n": "5"}], [0, 9], None, "Row 1, column 'n': '5' is no number"),
        ([], [0, 9, 9], None, r"edges \[0, 9, 9\] do not ascend"),
        ([], [0, 9], ["a", "b"], "2 labels for 1 bins, between 2 edges"),
    ],
)
def test_cut_values_names_what_is_at_fault(rows, edges, labels, fault):
    with pytest.raises(PreprocessingError, match=fault):
        cut_values(rows, "n", edges, labels=labels)


@pytest.mark.parametrize("learn", [learn_bins, learn_quantile_bins])
def test_learn_bins_names_what_is_at_fault(learn):
    with pytest.raises(PreprocessingError, match="give 1 bin or more"):
        learn([{"n": 1}], "n", 0)
    with pytest.raises(PreprocessingError, match="Column 'n' has no value to learn from in 1 rows"):
        learn([{"n": None}], "n", 2)
    with pytest.raises(PreprocessingError, match="Row 1, column 'n': inf is no finite number"):
        learn([{"n": 1}, {"n": float("inf")}], "n", 2)
    with pytest.raises(PreprocessingError, match="Row 0, column 'n': 'x' is no finite number"):
        learn([{"n": "x"}], "n", 2)
    with pytest.raises(PreprocessingError, match=r"Row 1, column 'n': 10+ is no finite"):
        learn([{"n": None}, {"n": 10**400}], "n", 2)


def test_learn_quantile_bins_refuses_edges_that_are_equal_and_shares_that_are_none():
    with pytest.raises(PreprocessingError, match=r'some are equal.*duplicates="drop"'):
        learn_quantile_bins([{"n": 1}, {"n": 1}], "n", 2)
    with pytest.raises(ValueError, match="must be unique"):
        pd.qcut(pd.Series([1, 1]), 2)
    with pytest.raises(PreprocessingError, match="each may be from 0 to 1"):
        learn_quantile_bins([{"n": 1}], "n", [0, 50, 100])
