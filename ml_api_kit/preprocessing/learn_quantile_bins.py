"""The learner `learn_quantile_bins`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.column_numbers import known_numbers
from ml_api_kit.preprocessing.rows import AnyRow, Column


def learn_quantile_bins(
    rows: Iterable[AnyRow],
    column: Column,
    quantiles: int | Sequence[float],
    *,
    duplicates: Literal["raise", "drop"] = "raise",
) -> dict[str, Any]:
    """The edges of bins that each hold as many of a column's numbers, as options of `cut_values`.

    A dict that JSON can keep. `quantiles` is the number of bins, or their edges as shares from 0 to
    1. Quantiles lie linearly between the two numbers next to them. Missing values do not count.
    Edges that are equal are an error, or, with "drop", one edge; only one bin alone may have
    equal ones.

    Replaces what `pandas.qcut(frame[column], quantiles)` learns of the rows it is given.

    Raises PreprocessingError: when a row has no such column, it holds no finite number, edges are
        equal, or `quantiles` is less than 1 or not between 0 and 1.

    Source: Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996, definition 7.

    >>> from ml_api_kit.preprocessing import cut_values
    >>> bins = learn_quantile_bins([{"age": age} for age in (1, 2, 3, 4, 50)], "age", 2)
    >>> bins
    {'edges': [1.0, 3.0, 50.0], 'is_lowest_included': True}
    >>> cut_values([{"age": 1}, {"age": 4}], "age", **bins)
    [{'age': 0}, {'age': 1}]
    """
    shares = _shares(quantiles)
    numbers = sorted(known_numbers(list(rows), column))
    edges = [_quantile(numbers, share) for share in shares]
    if len(edges) > 2 and any(one == other for one, other in pairwise(edges)):
        if duplicates != "drop":
            raise PreprocessingError(
                f"The quantiles of column {column!r} are {edges}, of which some are equal. Ask for "
                'fewer bins, or give duplicates="drop".'
            )
        edges = list(dict.fromkeys(edges))
    return {"edges": edges, "is_lowest_included": True}


def _shares(quantiles: int | Sequence[float]) -> list[float]:
    if not isinstance(quantiles, int):
        if not all(0 <= share <= 1 for share in quantiles):
            raise PreprocessingError(f"quantiles is {list(quantiles)}; each may be from 0 to 1.")
        return list(quantiles)
    if quantiles < 1:
        raise PreprocessingError(f"quantiles is {quantiles}; give 1 bin or more.")
    # Rounded up where it cannot be written in base 2, as pandas does, or a number that lies on the
    # edge would fall into the other bin.
    even = [place * (1 / quantiles) for place in range(quantiles)]
    return [
        *(
            share if share * quantiles == place else math.nextafter(share, 1)
            for place, share in enumerate(even)
        ),
        1.0,
    ]


def _quantile(numbers: list[Any], share: float) -> float:
    place = (len(numbers) - 1) * share
    below = math.floor(place)
    if below >= len(numbers) - 1:
        return float(numbers[-1])
    weight = place - below
    low, high = numbers[below], numbers[below + 1]
    # From the nearer end, as NumPy does, for the same last digit.
    if weight >= 0.5:
        return float(high - (high - low) * (1 - weight))
    return float(low + (high - low) * weight)
