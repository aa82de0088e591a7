import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import clip_values, is_missing
from tests.preprocessing.tables import NAN, unchanged

numbers = st.lists(st.integers(-9, 9) | st.floats(-9, 9) | st.sampled_from([None, NAN]))
bounds = st.tuples(
    st.none() | st.integers(-9, 0) | st.floats(-9, 0),
    st.none() | st.integers(0, 9) | st.floats(0, 9),
)


@given(numbers, bounds)
def test_clip_values_agrees_with_pandas(values, limits):
    lower, upper = limits
    expected = pd.Series(values, dtype="float64").clip(lower, upper).tolist()

    found = unchanged(clip_values, [{"n": value} for value in values], lower=lower, upper=upper)

    assert [None if is_missing(row["n"]) else row["n"] for row in found] == [
        None if is_missing(value) else value for value in expected
    ]


@given(st.lists(st.lists(st.integers(-9, 9), min_size=2, max_size=2)), bounds)
def test_clip_values_of_lists_clips_the_columns_meant(rows, limits):
    lower, upper = limits
    found = unchanged(clip_values, rows, columns=1, lower=lower, upper=upper)

    clipped = pd.Series([row[1] for row in rows], dtype="float64").clip(lower, upper).tolist()
    assert found == [[row[0], value] for row, value in zip(rows, clipped, strict=True)]


def test_clip_values_keeps_the_type_of_what_it_leaves():
    found = clip_values([{"a": 1, "b": None}, {"a": 7, "b": 2}], lower=0.5, upper=5.5)
    assert repr(found) == "[{'a': 1, 'b': None}, {'a': 5.5, 'b': 2}]"


def test_clip_values_names_what_is_at_fault():
    with pytest.raises(PreprocessingError, match="Row 1 has no column 'a'"):
        clip_values([{"a": 1}, {"b": 1}], columns="a", lower=0)
    with pytest.raises(PreprocessingError, match=r"Row 1, column 'a' holds a str.*with 0\."):
        clip_values([{"a": 1}, {"a": "x"}], lower=0)
    with pytest.raises(PreprocessingError, match=r"Row 0, column 'a' holds a str.*with 9\."):
        clip_values([{"a": "x"}], columns=["a"], upper=9)
    with pytest.raises(PreprocessingError, match="lower is 2, above upper, 1"):
        clip_values([], lower=2, upper=1)
