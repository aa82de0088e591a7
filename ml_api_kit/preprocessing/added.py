"""How verbs put new columns behind those of a row, or in the place of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import Column, has_column_names


def put_column(copies: list[Any], column: Column | None, values: Iterable[Any]) -> None:
    """Store one of the `values` in each of the copied rows, in place.

    In lists, a column that is None or the number of columns so far is put behind the others.

    Raises PreprocessingError: when rows are lists and the column is neither there nor the next.
    """
    if has_column_names(copies):
        for copy, value in zip(copies, values, strict=True):
            copy[column] = value
        return
    for index, (copy, value) in enumerate(zip(copies, values, strict=True)):
        if column is None or column == len(copy):
            copy.append(value)
        elif isinstance(column, int) and -len(copy) <= column < len(copy):
            copy[column] = value
        else:
            raise PreprocessingError(
                f"Row {index} is a list of {len(copy)}, which can have no column {column!r} next; "
                f"the next one is {len(copy)}."
            )


def put_behind(copies: list[Any], names: Sequence[str], columns: Iterable[Iterable[Any]]) -> None:
    """Store each of the `columns` of values under its name, or behind the others in lists."""
    is_named = has_column_names(copies)
    for name, values in zip(names, columns, strict=True):
        put_column(copies, name if is_named else None, values)
