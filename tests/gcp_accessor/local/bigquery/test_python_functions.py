"""Functions of single values in Python: their short ways give what the long ones do."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars import load_scalars

EXACT = Context(prec=1100)
HALVES = st.builds(lambda n, digits: n / 2**digits, st.integers(-9999, 9999), st.integers(0, 6))


def call(function: str, *values: Any) -> Any:
    return load_scalars()[function].call(*values)


@given(st.one_of(st.floats(-1e17, 1e17), HALVES), st.integers(0, 15))
def test_round_takes_halves_away_from_zero(value: float, digits: int) -> None:
    exact = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, EXACT)
    assert call("py_float_round", value, digits) == float(exact)


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("py_regexp_extract_all", ("aé日b", r"."), ["a", "é", "日", "b"]),
        ("py_regexp_extract_all", ("é日", r"x*"), ["", ""]),
        ("py_regexp_replace", ("é日x", r"", "-"), "-é-日-x-"),
        ("py_regexp_replace", ("日本", r"(.)", r"\1\1"), "日日本本"),
        ("py_regexp_extract", ("日é日é", r"é", 3), "é"),
        ("py_regexp_extract_bytes", ("é".encode(), b"(.)"), "é".encode()),
        ("py_regexp_instr", ("日é日é", r"é", 1, 2), 4),
        ("py_regexp_instr", ("日é日é", r"é", 1, 1, 1), 3),
        ("py_regexp_contains", ("日é", r"^日.$"), True),
    ],
)
def test_matches_are_counted_in_characters(
    function: str, arguments: tuple[Any, ...], expected: Any
) -> None:
    assert call(function, *arguments) == expected
