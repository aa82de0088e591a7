"""The numbers of a column, for what is learned of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.missing import is_missing
from ml_api_kit.preprocessing.rows import Column, unknown_column


def known_values(rows: Sequence[Any], column: Column) -> list[Any]:
    """The values of a column that are not missing, in their order.

    Raises PreprocessingError: when a row has no such column, or all its values are missing.

    >>> known_values([{"age": 3}, {"age": None}], "age")
    [3]
    """
    try:
        values = list(map(itemgetter(column), rows))
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, [column]) from error
    known = [value for value in values if not is_missing(value)]
    if not known:
        raise PreprocessingError(
            f"Column {column!r} has no value to learn from in {len(rows)} rows. Give the rows of "
            "the training data, or leave the column out."
        )
    return known


def known_numbers(rows: Sequence[Any], column: Column) -> list[Any]:
    """The numbers of a column that are not missing, in their order; True is 1.

    Raises PreprocessingError: when a row has no such column, all its values are missing, or one is
        no finite number.

    >>> known_numbers([["A", 2.5], ["B", float("nan")]], 1)
    [2.5]
    """
    numbers = known_values(rows, column)
    if not all(isinstance(value, (int, float)) and math.isfinite(value) for value in numbers):
        index, value = next(
            (index, row[column])
            for index, row in enumerate(rows)
            if not is_missing(row[column])
            and not (isinstance(row[column], (int, float)) and math.isfinite(row[column]))
        )
        raise PreprocessingError(
            f"Row {index}, column {column!r}: {value!r} is no finite number to learn from. Convert "
            "or drop it first."
        )
    return numbers
