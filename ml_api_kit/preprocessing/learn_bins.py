"""The learner `learn_bins`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.column_numbers import known_numbers
from ml_api_kit.preprocessing.rows import AnyRow, Column


def learn_bins(
    rows: Iterable[AnyRow], column: Column, count: int, *, is_right_closed: bool = True
) -> dict[str, Any]:
    """The edges of `count` bins of equal width over a column's numbers, as options of `cut_values`.

    A dict that JSON can keep. The open end lies 0.1 % of the range outside, so that the least
    number, or the greatest if not `is_right_closed`, has a bin. Missing values do not count.

    Replaces what `pandas.cut(frame[column], count)` learns of the rows it is given.

    Raises PreprocessingError: when a row has no such column, it holds no finite number, or `count`
        is less than 1.

    Source: the edges of `pandas.cut`, of which the outer ones are extended in the same way.

    >>> from ml_api_kit.preprocessing import cut_values
    >>> bins = learn_bins([{"age": 0}, {"age": 40}, {"age": 100}], "age", 2)
    >>> bins
    {'edges': [-0.1, 50.0, 100.0], 'is_right_closed': True}
    >>> cut_values([{"age": 50}, {"age": 51}], "age", **bins)
    [{'age': 0}, {'age': 1}]
    """
    if count < 1:
        raise PreprocessingError(f"count is {count}; give 1 bin or more.")
    numbers = known_numbers(list(rows), column)
    low, high = min(numbers), max(numbers)
    if low == high:
        # One number alone has no range to take a part of.
        edges = _even(low - _margin(low), high + _margin(high), count)
        return {"edges": edges, "is_right_closed": is_right_closed}
    edges = _even(low, high, count)
    margin = (high - low) * 0.001
    if is_right_closed:
        edges[0] -= margin
    else:
        edges[-1] += margin
    return {"edges": edges, "is_right_closed": is_right_closed}


def _margin(number: float) -> float:
    return 0.001 * abs(number) if number else 0.001


def _even(low: float, high: float, count: int) -> list[float]:
    step = (high - low) / count
    return [*(place * step + low for place in range(count)), float(high)]
