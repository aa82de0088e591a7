"""Rows as the verbs take them, and the errors that say which row and column is at fault."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias, TypeVar

from ml_api_kit.errors import PreprocessingError

Row: TypeAlias = dict[str, Any] | list[Any]
"""A mapping from column name to value, or a list that is addressed by position."""

Column: TypeAlias = str | int
"""The name of a column, or its position where rows are lists."""

AnyRow = TypeVar("AnyRow", dict[str, Any], list[Any])


def columns_of(row: Row) -> list[Any]:
    """The names of the columns of `row`, or their positions where it is a list.

    >>> columns_of({"name": "A", "score": 1}), columns_of(["A", 1])
    (['name', 'score'], [0, 1])
    """
    return list(row) if isinstance(row, dict) else list(range(len(row)))


def to_columns(columns: Column | Iterable[Column]) -> list[Any]:
    """The columns as a list; one column by itself is a list of one.

    >>> to_columns("score"), to_columns(("name", "score"))
    (['score'], ['name', 'score'])
    """
    return [columns] if isinstance(columns, (str, int)) else list(columns)


def unknown_column(rows: Sequence[Any], columns: Iterable[Column]) -> PreprocessingError:
    """The error that names the first row without one of the `columns`, and what it has instead."""
    for index, row in enumerate(rows):
        for column in columns:
            if not has_column(row, column):
                return PreprocessingError(_no_column(index, row, column))
    raise AssertionError("every row has every column")


def column_values(rows: Sequence[Any], columns: Sequence[Column]) -> list[list[Any]]:
    """The values of each of the `columns`, all missing ones as None, so that they are equal.

    Raises PreprocessingError: when a row has no such column, or no column is named.

    >>> column_values([["A", 1], ["B", float("nan")]], [1])
    [[1, None]]
    """
    if not columns:
        raise PreprocessingError("No column is named to compare rows by. Name one or more.")
    try:
        return [
            [None if (value := row[column]) != value else value for row in rows]
            for column in columns
        ]
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, columns) from error


def has_column(row: Row, column: Column) -> bool:
    """Whether `row[column]` is there.

    >>> has_column({"score": None}, "score"), has_column(["A"], 1)
    (True, False)
    """
    if isinstance(row, dict):
        return column in row
    return isinstance(column, int) and -len(row) <= column < len(row)


def unhashable_key(rows: Sequence[Any], columns: Iterable[Column], verb: str) -> PreprocessingError:
    """The error that names the first value of the `columns` that cannot be compared by hash."""
    for index, row in enumerate(rows):
        for column in columns:
            try:
                hash(row[column])
            except TypeError:
                kind = type(row[column]).__name__
                return PreprocessingError(
                    f"Row {index}, column {column!r} holds a {kind}, which {verb} cannot compare. "
                    "Turn it into a string or a tuple first, or name other columns."
                )
    raise AssertionError("every value is hashable")


def _no_column(index: int, row: Row, column: Column) -> str:
    if not isinstance(row, dict):
        return f"Row {index} has no column {column!r}; it is a list of {len(row)}, from 0."
    names = [name for name in row if isinstance(name, str)]
    close = get_close_matches(str(column), names, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"Row {index} has no column {column!r}; it has {', '.join(map(repr, row))}.{hint}"
