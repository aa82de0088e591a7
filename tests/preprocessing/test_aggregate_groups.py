import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import aggregate_groups
from ml_api_kit.preprocessing.aggregates import AGGREGATES
from tests.preprocessing.tables import dicts, lists, names, to_typed_frame, unchanged

NUMBERS = {how: ("score", how) for how in [*AGGREGATES, "size"]}
TEXTS = {how: ("name", how) for how in ("count", "size", "min", "max", "nunique", "first", "last")}
keys = st.lists(st.sampled_from(["name", "score", "flag"]), min_size=1, max_size=2, unique=True)
orders = st.sampled_from(["first-seen", "sorted"])


def pandas_rows(frame, by, aggregates, order, is_missing_kept):
    if frame.empty:
        return []
    grouped = frame.groupby(by, sort=order == "sorted", dropna=not is_missing_kept, as_index=False)
    return grouped.agg(**aggregates).to_dict("records")


def assert_equal(found, expected):
    assert [list(row) for row in found] == [list(row) for row in expected]
    for one, other in zip(found, expected, strict=True):
        for column, value in other.items():
            assert one[column] == (
                None
                if pd.isna(value)
                else pytest.approx(value, rel=1e-9, abs=1e-12)
                if isinstance(value, float) and math.isfinite(value)
                else value
            )


@given(dicts, st.sampled_from(["name", "flag", ["name", "flag"]]), orders, st.booleans())
def test_aggregate_groups_of_numbers_agrees_with_pandas(rows, by, order, is_missing_kept):
    options = {"order": order, "is_missing_kept": is_missing_kept}
    found = unchanged(aggregate_groups, rows, by, NUMBERS, **options)
    assert_equal(found, pandas_rows(to_typed_frame(rows), by, NUMBERS, **options))


@given(dicts, st.sampled_from(["score", ["score", "flag"], ["score"]]), orders, st.booleans())
def test_aggregate_groups_of_texts_agrees_with_pandas(rows, by, order, is_missing_kept):
    options = {"order": order, "is_missing_kept": is_missing_kept}
    found = unchanged(aggregate_groups, rows, by, TEXTS, **options)
    assert_equal(found, pandas_rows(to_typed_frame(rows), by, TEXTS, **options))


@given(lists, orders)
def test_aggregate_groups_of_lists_agrees_with_pandas(rows, order):
    aggregates = {how: (1, how) for how in NUMBERS}
    found = unchanged(aggregate_groups, rows, [0, 2], aggregates, order=order)
    columns = [0, 2, *aggregates]
    expected = pandas_rows(
        to_typed_frame(rows), [0, 2], aggregates, order=order, is_missing_kept=False
    )
    assert_equal([dict(zip(columns, row, strict=True)) for row in found], expected)


floats = st.floats(-1e9, 1e9, allow_subnormal=False) | st.none()


@given(st.lists(st.fixed_dictionaries({"name": names, "score": floats}), max_size=20))
def test_aggregate_groups_of_any_numbers_agrees_with_pandas(rows):
    found = aggregate_groups(rows, "name", {"n": ("score", "count"), **NUMBERS}, order="sorted")
    frame = pd.DataFrame(rows, columns=["name", "score"])
    frame = frame.astype({"name": "string", "score": "float64"})
    grouped = frame.groupby("name")["score"] if rows else None
    for row in found:
        for how in ("sum", "mean", "median", "min", "max", "std", "var"):
            expected = getattr(grouped, how)()[row["name"]]
            # Of numbers up to 1e9, whose squares pandas adds up with an error of this order.
            absolute = 10.0 if how == "var" else 1e-3 if how == "std" else 1e-6
            if pd.isna(expected):
                assert row[how] is None
            else:
                assert row[how] == pytest.approx(expected, rel=1e-9, abs=absolute)


def test_aggregate_groups_adds_without_rounding_on_the_way():
    rows = [["a", value] for value in (0.1,) * 10]
    assert aggregate_groups(rows, 0, {"sum": (1, "sum")}) == [["a", 1.0]]


def test_aggregate_groups_keeps_whole_numbers_whole_however_large():
    rows = [["a", 2**60], ["a", 1], ["a", None]]
    assert aggregate_groups(rows, 0, {"sum": (1, "sum")}) == [["a", 2**60 + 1]]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([math.inf, 1.0], math.inf),
        ([1e308, 1e308], math.inf),
        ([math.inf, -math.inf], math.nan),
    ],
)
def test_aggregate_groups_sums_infinities_as_pandas(values, expected):
    rows = [["a", value] for value in values]
    found = aggregate_groups(rows, 0, {"sum": (1, "sum")})[0][1]
    assert repr(found) == repr(expected)
    with np.errstate(all="ignore"):  # where pandas warns
        assert repr(float(pd.DataFrame(rows).groupby(0)[1].sum()["a"])) == repr(expected)


def test_aggregate_groups_refuses_what_cannot_be_made_of_texts():
    rows = [{"a": 1, "b": "x"}, {"a": 1, "b": 2}]
    with pytest.raises(
        PreprocessingError, match=r"Column 'b' holds values of type int and str, .*"
    ):
        aggregate_groups(rows, "a", {"b_mean": ("b", "mean")})


def test_aggregate_groups_refuses_an_aggregate_that_there_is_not():
    with pytest.raises(PreprocessingError, match="no aggregate 'average'; there are size, count"):
        aggregate_groups([{"a": 1}], "a", {"b": ("a", "average")})


def test_aggregate_groups_refuses_a_name_that_is_taken():
    with pytest.raises(PreprocessingError, match="name of the column 'a'"):
        aggregate_groups([{"a": 1}], "a", {"a": ("a", "sum")})


def test_aggregate_groups_refuses_columns_that_are_not_there():
    with pytest.raises(PreprocessingError, match="Row 1 has no column 'b'"):
        aggregate_groups([{"a": 1, "b": 1}, {"a": 1}], "a", {"sum": ("b", "sum")})
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'c'"):
        aggregate_groups([{"a": 1}], "c", {})


def test_aggregate_groups_refuses_lists_as_keys_with_their_place():
    with pytest.raises(PreprocessingError, match="Row 0, column 'a' holds a list"):
        aggregate_groups([{"a": []}], "a", {"n": ("a", "size")})
