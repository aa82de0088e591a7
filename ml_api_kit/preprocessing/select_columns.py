"""The verb `select_columns`."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from ml_api_kit.preprocessing.row_maker import pick_rows
from ml_api_kit.preprocessing.rows import (
    AnyRow,
    Column,
    to_columns,
    unknown_column,
)


def select_columns(rows: Iterable[AnyRow], columns: Column | Iterable[Column]) -> list[AnyRow]:
    """The rows with the named `columns` only, in the order they are named.

    Replaces `frame[columns]`. Of one column this makes rows of one value, as `frame[[column]]`
    does.

    Raises PreprocessingError: when a row has no such column.

    >>> select_columns([{"name": "A", "score": 1, "school": 2}], ["score", "name"])
    [{'score': 1, 'name': 'A'}]
    >>> select_columns([["A", 1, 2]], [1, 0])
    [[1, 'A']]
    """
    rows = list(rows)
    names = to_columns(columns)
    try:
        selected: list[Any] = (
            pick_rows(rows, names, names)
            if rows and isinstance(rows[0], dict)
            else _picked(rows, names)
        )
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, names) from error
    return selected


def _picked(rows: list[Any], positions: list[Any]) -> list[list[Any]]:
    if len(positions) < 2:
        return [[row[position] for position in positions] for row in rows]
    return list(map(list, map(itemgetter(*positions), rows)))
