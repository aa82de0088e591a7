"""Rows as they are given to the accessors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ml_api_kit.errors import PreprocessingError

Row = TypeVar("Row")


def checked_rows(rows: Iterable[Row]) -> Iterable[Row]:
    """The rows, if they can be gone through.

    Raises PreprocessingError: for anything else, such as None, which a function without return
    gives.

    >>> checked_rows([[1, 2]])
    [[1, 2]]
    """
    if not hasattr(rows, "__iter__"):
        raise PreprocessingError(
            f"rows is of type {type(rows).__name__}; give a list of rows, or anything else that"
            " gives one row after the other."
        )
    return rows
