"""The verb `drop_columns`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.preprocessing.rows import (
    AnyRow,
    Column,
    has_column,
    has_column_names,
    to_columns,
    unknown_column,
)


def drop_columns(rows: Iterable[AnyRow], columns: Column | Iterable[Column]) -> list[AnyRow]:
    """The rows as copies without the named `columns`.

    Columns of lists are named by their positions before the drop.

    Replaces `frame.drop(columns=columns)`. For columns that need not be there, as with
    `errors="ignore"`, a comprehension is as clear:
    `[{name: value for name, value in row.items() if name not in columns} for row in rows]`.

    Raises PreprocessingError: when a row has no such column.

    >>> drop_columns([{"name": "A", "score": 1, "school": 2}], ["school", "name"])
    [{'score': 1}]
    >>> drop_columns([["A", 1, 2]], 0)
    [[1, 2]]
    """
    rows = list(rows)
    names = list(dict.fromkeys(to_columns(columns)))
    if not has_column_names(rows):
        return _without_positions(rows, names)
    copies: list[Any] = [row.copy() for row in rows]
    try:
        for name in names:
            for copy in copies:
                del copy[name]
    except KeyError as error:
        raise unknown_column(rows, names) from error
    return copies


def _without_positions(rows: list[Any], positions: list[Any]) -> list[Any]:
    if not all(has_column(row, place) for row in rows for place in positions):
        raise unknown_column(rows, positions)
    kept: dict[int, list[int]] = {}
    for length in set(map(len, rows)):
        dropped = {place % length for place in positions}
        kept[length] = [place for place in range(length) if place not in dropped]
    return [[row[place] for place in kept[len(row)]] for row in rows]
