"""`extracted`, `joined`, and texts read as numbers and times, with pandas as the oracle."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from ml_api_kit.preprocessing import extracted, for_text, for_time, joined, to_number, to_time


def test_extracted_is_nan_where_the_group_took_no_part() -> None:
    assert math.isnan(extracted("b", "(z)?b"))


def test_extracted_of_no_text_is_nan() -> None:
    assert math.isnan(extracted(12, r"(\d)"))


def test_joined_is_nan_where_one_is_missing() -> None:
    assert math.isnan(joined("a", float("nan")))


def test_joined_refuses_a_number() -> None:
    with pytest.raises(TypeError):
        joined("a", 1)


def test_test_of_a_missing_text_is_what_pandas_answers() -> None:
    expected = pd.Series(["a", None], dtype="str").str.startswith("a").tolist()
    found = [for_text(lambda text: text.startswith("a"), one, missing=False) for one in ("a", None)]
    assert found == expected


def test_difference_with_a_missing_time_is_nan() -> None:
    assert math.isnan(for_time(lambda one, other: one - other, to_time("2026-11-21"), None))


@pytest.mark.parametrize("text", ["1_000", "nan", "+NaN", "x"])
def test_to_number_refuses_what_pandas_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="parse"):
        pd.to_numeric(pd.Series([text]))
    with pytest.raises(ValueError, match="is no number"):
        to_number(text)


def test_to_number_of_an_empty_text_is_nan() -> None:
    assert math.isnan(pd.to_numeric(pd.Series([""]))[0])
    assert math.isnan(to_number(""))


def test_to_time_of_no_time_is_none_where_not_strict() -> None:
    assert to_time("yesterday", is_strict=False) is None
    with pytest.raises(ValueError, match="yesterday"):
        to_time("yesterday")
