"""How `fill_forward` and `fill_backward` carry a value along to the missing ones behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import AnyRow, Column, same_columns, to_columns, unknown_column


def carried_rows(
    rows: Iterable[AnyRow],
    columns: Column | Iterable[Column] | None,
    limit: int | None,
    *,
    is_backward: bool,
) -> list[AnyRow]:
    """The rows as copies in which a missing value is the last one seen in its column.

    Raises PreprocessingError: when a row lacks a column, or `limit` is less than 1.
    """
    if limit is not None and limit < 1:
        raise PreprocessingError(f"limit is {limit}; it may be 1 or more, or None for no limit.")
    rows = list(rows)
    names = same_columns(rows) if columns is None else to_columns(columns)
    copies: list[Any] = [row.copy() for row in rows]
    in_order = copies[::-1] if is_backward else copies
    try:
        for name in names:
            if limit is None:
                _carry(in_order, name)
            else:
                _carry_some(in_order, name, limit)
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, names) from error
    return copies


def _carry(copies: list[Any], name: Column) -> None:
    last = None
    for copy in copies:
        value = copy[name]
        if value is not None and value == value:
            last = value
        elif last is not None:
            copy[name] = last


def _carry_some(copies: list[Any], name: Column, limit: int) -> None:
    last, left = None, 0
    for copy in copies:
        value = copy[name]
        if value is not None and value == value:
            last, left = value, limit
        elif left:
            copy[name] = last
            left -= 1
