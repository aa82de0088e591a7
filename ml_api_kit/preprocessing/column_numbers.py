"""The numbers of a column, for what is learned of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
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
    known = [value for value in values if value is not None and value == value]
    if not known:
        raise no_value(rows, column)
    return known


def no_value(rows: Sequence[Any], column: Column) -> PreprocessingError:
    """The error of a column that has nothing to learn from."""
    return PreprocessingError(
        f"Column {column!r} has no value to learn from in {len(rows)} rows. Give the rows of the "
        "training data, or leave the column out."
    )


def known_numbers(rows: Sequence[Any], column: Column) -> list[Any]:
    """The numbers of a column that are not missing, in their order; True is 1.

    Raises PreprocessingError: when a row has no such column, all its values are missing, or one is
        no finite number.

    >>> known_numbers([["A", 2.5], ["B", float("nan")]], 1)
    [2.5]
    """
    numbers = known_values(rows, column)
    try:
        if all(map(isfinite, numbers)):
            return numbers
    except (TypeError, OverflowError) as error:
        raise _no_number(rows, column) from error
    raise _no_number(rows, column)


def _no_number(rows: Sequence[Any], column: Column) -> PreprocessingError:
    index = next(index for index, row in enumerate(rows) if not _can_be_learned(row[column]))
    return PreprocessingError(
        f"Row {index}, column {column!r}: {rows[index][column]!r} is no finite number to learn "
        "from. Convert or drop it first."
    )


def _can_be_learned(value: Any) -> bool:
    try:
        return is_missing(value) or isfinite(value)
    except (TypeError, OverflowError):
        return False
