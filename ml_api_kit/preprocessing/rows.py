"""Rows as the verbs take them, and the errors that say which row and column is at fault."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from ml_api_kit.errors import PreprocessingError

Row: TypeAlias = dict[str, Any] | list[Any]
"""A mapping from column name to value, or a list that is addressed by position."""

Column: TypeAlias = str | int
"""The name of a column, or its position where rows are lists."""

NEVER_NAN: frozenset[type] = frozenset({int, str, bool, type(None)})
"""Types whose values are all equal to themselves."""

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
        lists = [list(map(itemgetter(column), rows)) for column in columns]
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, columns) from error
    return [_one_missing(values) for values in lists]


def _one_missing(values: list[Any]) -> list[Any]:
    # Asking for the types is quicker than looking at each value, and mostly none can be NaN.
    if NEVER_NAN.issuperset(map(type, values)):
        return values
    return [None if value != value else value for value in values]


def has_column_names(rows: Sequence[Any]) -> bool:
    """Whether the rows are dicts, and not lists; of no rows, that they are.

    Raises PreprocessingError: when some are dicts and some are lists, or one is neither.

    >>> has_column_names([{"score": 1}]), has_column_names([["A", 1]])
    (True, False)
    """
    kinds = set(map(type, rows))
    if kinds <= {dict} or all(issubclass(kind, dict) for kind in kinds):
        return True
    if all(issubclass(kind, (list, tuple)) for kind in kinds):
        return False
    first = dict if isinstance(rows[0], dict) else list
    for index, row in enumerate(rows):
        if not isinstance(row, first):
            kind = type(row).__name__
            raise PreprocessingError(
                f"Row {index} is a {kind}; give rows that are all dicts, or all lists."
            )
    raise AssertionError("all rows are of one kind")


def same_columns(rows: Sequence[Any]) -> list[Any]:
    """The columns of the first row, which every other row has too and has no more than.

    Raises PreprocessingError: when a row has another number of columns. A column that a row has
        instead of another is found by who looks it up.

    >>> same_columns([{"name": "A", "score": 1}, {"score": 2, "name": "B"}])
    ['name', 'score']
    """
    columns = columns_of(rows[0]) if rows else []
    if set(map(len, rows)) <= {len(columns)}:
        return columns
    for index, row in enumerate(rows):
        if not all(has_column(row, column) for column in columns):
            raise unknown_column(rows, columns)
        if len(row) != len(columns):
            raise PreprocessingError(
                f"Row {index} has {len(row)} columns, and the first row {len(columns)}. Give rows "
                "with the same columns, or name the columns that are meant."
            )
    raise AssertionError("every row has the same columns")


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


def key_error(rows: Sequence[Any], columns: Sequence[Column], verb: str) -> PreprocessingError:
    """The error of rows whose values were looked up by hash: no such column, or no hash."""
    if all(has_column(row, column) for row in rows for column in columns):
        return unhashable_key(rows, columns, verb)
    return unknown_column(rows, columns)


def _no_column(index: int, row: Row, column: Column) -> str:
    if not isinstance(row, dict):
        return f"Row {index} has no column {column!r}; it is a list of {len(row)}, from 0."
    names = [name for name in row if isinstance(name, str)]
    close = get_close_matches(str(column), names, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"Row {index} has no column {column!r}; it has {', '.join(map(repr, row))}.{hint}"
