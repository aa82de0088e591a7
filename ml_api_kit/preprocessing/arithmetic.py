"""Arithmetic as pandas does it: no exception where a result is infinite or is no number."""

from __future__ import annotations

import math
from typing import Any


def divided(one: Any, other: Any) -> Any:
    """The quotient; infinite or NaN where the divisor is zero.

    >>> divided(1, 4), divided(1, 0), divided(-1, 0), divided(0, 0)
    (0.25, inf, -inf, nan)
    """
    try:
        return one / other
    except ZeroDivisionError:
        return _by_zero(one, other)


def floor_divided(one: Any, other: Any) -> Any:
    """The quotient rounded down; infinite or NaN where the divisor is zero.

    >>> floor_divided(7, 2), floor_divided(7, 0)
    (3, inf)
    """
    try:
        return one // other
    except ZeroDivisionError:
        return _by_zero(one, other)


def remainder(one: Any, other: Any) -> Any:
    """The remainder, with the sign of the divisor; NaN where that is zero.

    >>> remainder(7, 4), remainder(7, 0)
    (3, nan)
    """
    try:
        return one % other
    except ZeroDivisionError:
        return math.nan


def power(one: Any, other: Any) -> Any:
    """The power; NaN where it is no real number, infinite where it is too large or divides by zero.

    >>> power(2, 3), power(-8.0, 0.5), power(0, -1), power(10.0, 400)
    (8, nan, inf, inf)
    """
    try:
        made = one**other
    except (ZeroDivisionError, OverflowError):
        return math.inf
    return math.nan if isinstance(made, complex) else made


def _by_zero(one: Any, other: Any) -> float:
    if one == 0 or one != one:
        return math.nan
    return math.inf if (one > 0) == (math.copysign(1.0, other) > 0) else -math.inf
