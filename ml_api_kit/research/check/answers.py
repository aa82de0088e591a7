"""Whether answers are equal: exactly for labels and whole numbers, nearly for floats."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

RELATIVE_TOLERANCE = 1e-9

# A number near zero that is what is left of large ones is not asked for more digits than they had.
_SMALL_PART = 1e-3


@dataclass(frozen=True, slots=True)
class FirstDifference:
    """The first answer that differs: the `row` is its place among those compared, from 0."""

    row: int
    column: str
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """How answers compare with the ones expected.

    Attributes:
        rows: how many were compared.
        unequal: the places of those that differ in some column, from 0.
        largest_relative_difference: the largest one between two floats; 0.0 where there are none.
        first_difference: the first one past the tolerance, or None.
    """

    rows: int
    unequal: tuple[int, ...]
    largest_relative_difference: float
    first_difference: FirstDifference | None

    @property
    def is_equal(self) -> bool:
        """Whether something was compared, and all of it was equal."""
        return self.rows > 0 and not self.unequal


def compare_answers(
    expected: Sequence[Row], found: Sequence[Row], *, relative_tolerance: float = RELATIVE_TOLERANCE
) -> Comparison:
    """How the answers `found` compare with those `expected`, in the same order.

    Labels, whole numbers and texts must be the same. Floats may differ by `relative_tolerance`,
    relative to the larger of the two, or to a thousandth of the largest one expected in the column
    where that is larger still. Null and NaN are the same. Columns that are not expected are not
    looked at; an answer that is not there differs in every column.

    >>> compare_answers([{"price": 2.0}, {"price": 3.0}], [{"price": 2.0}, {"price": 4.0}])
    Comparison(rows=2, unequal=(1,), largest_relative_difference=0.25, \
first_difference=FirstDifference(row=1, column='price', expected=3.0, found=4.0))
    """
    scales = _scales(expected)
    unequal: list[int] = []
    largest = 0.0
    first: FirstDifference | None = None
    for index, answer in enumerate(expected):
        other = found[index] if index < len(found) else {}
        for column, value in answer.items():
            apart = relative_difference(value, other.get(column), scale=scales.get(column, 0.0))
            largest = max(largest, apart if math.isfinite(apart) else 0.0)
            if apart > relative_tolerance:
                first = first or FirstDifference(index, column, value, other.get(column))
                if index not in unequal[-1:]:
                    unequal.append(index)
    return Comparison(len(expected), tuple(unequal), largest, first)


def relative_difference(expected: Any, found: Any, *, scale: float = 0.0) -> float:
    """How far apart two values are: 0.0 for the same, infinite where they cannot be compared.

    Two numbers, one of them a float, are as far apart as their difference is relative to the larger
    of them, or to `scale` where that is larger.

    >>> relative_difference(1.0, 2.0), relative_difference("a", "b"), relative_difference(1, 1)
    (0.5, inf, 0.0)
    """
    if _is_missing(expected) or _is_missing(found):
        return 0.0 if _is_missing(expected) and _is_missing(found) else math.inf
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = zip(expected, found, strict=True)
        return max((relative_difference(*pair, scale=scale) for pair in pairs), default=0.0)
    if not (isinstance(expected, float) and _is_number(found)):
        is_same = isinstance(expected, bool) == isinstance(found, bool) and expected == found
        return 0.0 if is_same else math.inf
    if expected == found:
        return 0.0
    larger = max(abs(expected), abs(found), scale)
    return abs(expected - found) / larger if math.isfinite(larger) else math.inf


def _scales(expected: Sequence[Row]) -> dict[str, float]:
    """For each column a thousandth of its largest finite float."""
    scales: dict[str, float] = {}
    for answer in expected:
        for column, value in answer.items():
            if isinstance(value, float) and math.isfinite(value):
                scales[column] = max(scales.get(column, 0.0), _SMALL_PART * abs(value))
    return scales


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
