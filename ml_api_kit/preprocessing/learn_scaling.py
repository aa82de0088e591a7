"""The learner `learn_scaling`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Literal

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.column_numbers import known_numbers
from ml_api_kit.preprocessing.rows import AnyRow, Column, to_columns


def learn_scaling(
    rows: Iterable[AnyRow],
    columns: Column | Iterable[Column],
    *,
    how: Literal["standard", "min-max"] = "standard",
    ddof: int = 0,
) -> dict[Column, dict[str, float]]:
    """The center and the scale of each column's numbers, for `scale_values`.

    A dict that JSON can keep. "standard" is the mean and the standard deviation, whose divisor is
    the number of values less `ddof`: 0 as in scikit-learn, 1 as in pandas. "min-max" is the least
    value and the range. Missing values do not count. Where all values are equal the scale is 1.

    Replaces what scikit-learn's `StandardScaler` and `MinMaxScaler` learn, and `frame.mean()`,
    `frame.std()`, `frame.min()`, `frame.max()`. It departs from pandas where all values are equal:
    a division by their deviation of 0 would give NaN.

    Raises PreprocessingError: when a row has no such column, it holds no finite number, or not more
        than `ddof` of them, or `how` is something else.

    >>> from ml_api_kit.preprocessing import scale_values
    >>> scaling = learn_scaling([{"age": 20}, {"age": 40}], "age", how="min-max")
    >>> scaling
    {'age': {'center': 20.0, 'scale': 20.0}}
    >>> scale_values([{"age": 25}], scaling)
    [{'age': 0.25}]
    """
    if how not in ("standard", "min-max"):
        raise PreprocessingError(f"how is {how!r}; it may be 'standard' or 'min-max'.")
    rows = list(rows)
    made = {}
    for column in to_columns(columns):
        numbers = known_numbers(rows, column)
        if how == "standard" and len(numbers) <= ddof:
            raise PreprocessingError(
                f"Column {column!r} has {len(numbers)} numbers, too few for a deviation with ddof "
                f"{ddof}."
            )
        made[column] = _standard(numbers, ddof) if how == "standard" else _min_max(numbers)
    return made


def _standard(numbers: list[Any], ddof: int) -> dict[str, float]:
    # Not by a deviation of 0: the mean of equal numbers can differ from them in its last digit.
    if numbers.count(numbers[0]) == len(numbers):
        return {"center": float(numbers[0]), "scale": 1.0}
    mean = math.fsum(numbers) / len(numbers)
    squares = math.fsum([(number - mean) ** 2 for number in numbers])
    return {"center": mean, "scale": math.sqrt(squares / (len(numbers) - ddof)) or 1.0}


def _min_max(numbers: list[Any]) -> dict[str, float]:
    low, high = min(numbers), max(numbers)
    return {"center": float(low), "scale": float(high - low) or 1.0}
