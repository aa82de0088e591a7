"""The learner `learn_fill`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any, Literal

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.column_numbers import known_numbers, no_value
from ml_api_kit.preprocessing.compared_keys import counts_by
from ml_api_kit.preprocessing.rows import AnyRow, Column, key_error


def learn_fill(
    rows: Iterable[AnyRow], how: Mapping[Column, Literal["mean", "median", "mode"]]
) -> dict[Column, Any]:
    """The value that fills the gaps of each column of `how`, for `fill_missing`.

    A dict that JSON can keep. It is the mean, the median or the mode of the values that are not
    missing; of several modes the least, or the first seen where they have no order.

    Replaces `frame[column].mean()`, `.median()` and `.mode()[0]`. The mean can differ from pandas'
    in the last digit, as it is summed exactly here.

    Raises PreprocessingError: when a row has no such column, it has no value, or none that there is
        a mean or median of, or `how` names something else.

    >>> from ml_api_kit.preprocessing import fill_missing
    >>> fill = learn_fill([{"age": 3}, {"age": None}, {"age": 4}], {"age": "mean"})
    >>> fill
    {'age': 3.5}
    >>> fill_missing([{"age": None}], fill)
    [{'age': 3.5}]
    """
    rows = list(rows)
    for column, name in how.items():
        if name not in ("mean", "median", "mode"):
            raise PreprocessingError(
                f"Column {column!r} is to be filled by {name!r}; it may be 'mean', 'median' or "
                "'mode'."
            )
    return {column: _value(rows, column, name) for column, name in how.items()}


def _value(rows: list[Any], column: Column, name: str) -> Any:
    if name == "mode":
        return _mode(rows, column)
    numbers = known_numbers(rows, column)
    if name == "median":
        return float(median(numbers))
    return math.fsum(numbers) / len(numbers)


def _mode(rows: list[Any], column: Column) -> Any:
    try:
        counts = counts_by(rows, [column], has_tuples=False, dropna=True)
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(rows, [column], "learn_fill") from error
    if not counts:
        raise no_value(rows, column)
    most = max(counts.values())
    modes = [value for value, count in counts.items() if count == most]
    try:
        return min(modes)
    except TypeError:  # values of several types, which the docstring speaks of
        return modes[0]
