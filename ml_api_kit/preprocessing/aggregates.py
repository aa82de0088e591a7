"""What is made of the values of a group: sums, means and the like, by the names pandas has."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import Column


def aggregated(groups: Sequence[Sequence[Any]], how: str, column: Column) -> list[Any]:
    """What `how` makes of the values of each group, of which none is missing; None of none.

    A sum of none is 0, as in pandas. `column` is where the values come from, for the error.

    Raises PreprocessingError: when `how` is unknown, or cannot be made of such values.

    >>> aggregated([[1, 2], [3]], "mean", "score"), aggregated([[1]], "std", "score")
    ([1.5, 3.0], [None])
    """
    if how not in AGGREGATES:
        raise PreprocessingError(
            f"There is no aggregate {how!r}; there are size, {', '.join(AGGREGATES)}."
        )
    try:
        return list(map(AGGREGATES[how], groups))
    except TypeError as error:
        kinds = sorted({type(value).__name__ for values in groups for value in values})
        raise PreprocessingError(
            f"Column {column!r} holds values of type {' and '.join(kinds)}, of which {how} cannot "
            "be made. Convert them first, or take another aggregate."
        ) from error


def _sum(values: Sequence[Any]) -> Any:
    total = sum(values)
    if type(total) is not float:
        return total
    try:
        # Without rounding on the way: the same in any order, and in every version of Python.
        return math.fsum(values)
    except (OverflowError, ValueError):  # of an infinite sum, or one that is no number
        return total


def _mean(values: Sequence[Any]) -> Any:
    if not values:
        return None
    try:
        return math.fsum(values) / len(values)
    except (OverflowError, ValueError):
        return sum(values) / len(values)


def _median(values: Sequence[Any]) -> Any:
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def _var(values: Sequence[Any]) -> Any:
    if len(values) < 2:
        return None
    mean = _mean(values)
    return _sum([(value - mean) ** 2 for value in values]) / (len(values) - 1)


def _std(values: Sequence[Any]) -> Any:
    return None if len(values) < 2 else math.sqrt(_var(values))


def _min(values: Sequence[Any]) -> Any:
    return min(values) if values else None


def _max(values: Sequence[Any]) -> Any:
    return max(values) if values else None


def _nunique(values: Sequence[Any]) -> int:
    return len(set(values))


def _first(values: Sequence[Any]) -> Any:
    return values[0] if values else None


def _last(values: Sequence[Any]) -> Any:
    return values[-1] if values else None


AGGREGATES: dict[str, Callable[[Sequence[Any]], Any]] = {
    "count": len,
    "sum": _sum,
    "mean": _mean,
    "median": _median,
    "min": _min,
    "max": _max,
    "nunique": _nunique,
    "first": _first,
    "last": _last,
    "std": _std,
    "var": _var,
}
"""Functions of values of which none is missing. `size` is not here: it counts the missing ones."""
