"""The verb `clip_values`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import (
    AnyRow,
    Column,
    has_column,
    same_columns,
    to_columns,
    unknown_column,
)


def clip_values(
    rows: Iterable[AnyRow],
    *,
    columns: Column | Iterable[Column] | None = None,
    lower: Any = None,
    upper: Any = None,
) -> list[AnyRow]:
    """The rows as copies in which values below `lower` are `lower`, and above `upper` are `upper`.

    In the named `columns` only, or in all where that is None. Where a bound is None there is none.
    Missing values stay as they are.

    Replaces `frame.clip(lower, upper)`. It departs from it in that each value keeps its type, where
    pandas has one for a column, and in that the bounds may not be the wrong way round.

    Raises PreprocessingError: when a row has no such column, holds what cannot be compared with a
        bound, has another number of columns than the first where `columns` is None, or `lower` is
        above `upper`.

    >>> clip_values([{"age": -1}, {"age": 30}, {"age": None}], columns="age", lower=0, upper=18)
    [{'age': 0}, {'age': 18}, {'age': None}]
    """
    if lower is not None and upper is not None and lower > upper:
        raise PreprocessingError(f"lower is {lower!r}, above upper, {upper!r}; exchange them.")
    rows = list(rows)
    names = same_columns(rows) if columns is None else to_columns(columns)
    copies: list[Any] = [row.copy() for row in rows]
    try:
        for name in names:
            if lower is not None:
                _raise_to(copies, name, lower)
            if upper is not None:
                _lower_to(copies, name, upper)
    except (KeyError, IndexError, TypeError) as error:
        raise _error(rows, names, lower, upper) from error
    return copies


def _raise_to(copies: list[Any], name: Column, bound: Any) -> None:
    for copy in copies:
        value = copy[name]
        if value is not None and value < bound:
            copy[name] = bound


def _lower_to(copies: list[Any], name: Column, bound: Any) -> None:
    for copy in copies:
        value = copy[name]
        if value is not None and value > bound:
            copy[name] = bound


def _error(rows: list[Any], names: list[Any], lower: Any, upper: Any) -> PreprocessingError:
    bound = upper if lower is None else lower
    for index, row in enumerate(rows):
        for name in names:
            if not has_column(row, name):
                return unknown_column(rows, names)
            try:
                row[name] is None or row[name] < bound
            except TypeError:
                kind = type(row[name]).__name__
                return PreprocessingError(
                    f"Row {index}, column {name!r} holds a {kind}, which cannot be compared with "
                    f"{bound!r}. Convert it first, or name other columns."
                )
    raise AssertionError("every value can be compared with its bounds")
