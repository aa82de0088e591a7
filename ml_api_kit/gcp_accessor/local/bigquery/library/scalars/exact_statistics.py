"""Sums, variances and correlations of NUMERIC and BIGNUMERIC, which FLOAT64 would blur."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.numerics import (
    Big,
    fitted,
    from_big,
    to_big,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import scalar

Exact = Decimal | Big
"""A NUMERIC or a BIGNUMERIC."""


def _fraction(value: Exact) -> Fraction:
    return Fraction(from_big(value) if isinstance(value, dict) else value)


@scalar("py_big_sum", BIGNUMERIC)
def big_sum(total: Big) -> Big:
    """The sum of BIGNUMERIC, where it is one itself."""
    return to_big(fitted(from_big(total), "BIGNUMERIC", "BIGNUMERIC overflow: SUM"))


def _co_moment(left: list[Fraction], right: list[Fraction]) -> Fraction:
    """The sum of the products of the distances to the means."""
    products = sum((a * b for a, b in zip(left, right, strict=True)), Fraction())
    return products - sum(left, Fraction()) * sum(right, Fraction()) / len(left)


@scalar("py_exact_spread", "DOUBLE")
def exact_spread(values: list[Exact], what: str) -> float | None:
    """The variance or standard deviation; `what` is `var_pop`, `stddev_samp` and the like."""
    numbers = [_fraction(value) for value in values]
    count = len(numbers) - (0 if what.endswith("_pop") else 1)
    if count < 1:
        return None
    variance = float(_co_moment(numbers, numbers) / count)
    return math.sqrt(variance) if what.startswith("stddev") else variance


@scalar("py_exact_relation", "DOUBLE")
def exact_relation(pairs: list[tuple[Exact, Exact]], what: str) -> float | None:
    """The covariance or correlation of pairs; None for the correlation of what does not vary."""
    left, right = ([_fraction(pair[side]) for pair in pairs] for side in (0, 1))
    count = len(left) - (0 if what == "covar_pop" else 1)
    if count < 1:
        return None
    moment = _co_moment(left, right)
    if what != "corr":
        return float(moment / count)
    spreads = _co_moment(left, left) * _co_moment(right, right)
    return float(moment) / math.sqrt(spreads) if spreads else None
