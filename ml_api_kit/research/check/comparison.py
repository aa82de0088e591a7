"""Answers compared with the golden ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ml_api_kit.research.modularize.golden import is_equal


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many golden rows were answered equally.

    Attributes:
        rows: how many were tried.
        equal: how many answers were equal in every column.
        largest_relative_difference: between floats, of those that are finite.
        first_difference: the first row that differs: its position in the source, the column, what
            was expected and what was found; None where none does.
    """

    rows: int
    equal: int
    largest_relative_difference: float
    first_difference: dict[str, Any] | None

    @property
    def is_verified(self) -> bool:
        """Whether there were golden rows, and all were answered equally."""
        return self.rows > 0 and self.rows == self.equal


def compare(
    expected: Iterable[dict[str, Any]], found: Iterable[dict[str, Any]], positions: Iterable[int]
) -> Comparison:
    """Compare answers in order; labels and whole numbers exactly, floats within 1e-9 relatively.

    >>> compare([{"y": 1.0}, {"y": "a"}], [{"y": 1.0}, {"y": "b"}], [7, 9]).first_difference
    {'raw_index': 9, 'column': 'y', 'expected': 'a', 'found': 'b'}
    """
    rows = equal = 0
    largest = 0.0
    first: dict[str, Any] | None = None
    for one, other, position in zip(expected, found, positions, strict=True):
        rows += 1
        differing = [name for name, value in one.items() if not is_equal(value, other.get(name))]
        equal += not differing
        largest = max([largest, *(_relative(value, other.get(name)) for name, value in one.items())])
        if differing and first is None:
            name = differing[0]
            first = {"raw_index": position, "column": name, "expected": one[name],
                     "found": other.get(name)}
    return Comparison(rows, equal, largest, first)


def _relative(expected: Any, found: Any) -> float:
    if not isinstance(expected, float) or not isinstance(found, int | float) or expected == found:
        return 0.0
    scale = max(abs(expected), abs(found))
    return abs(expected - found) / scale if scale else 0.0
