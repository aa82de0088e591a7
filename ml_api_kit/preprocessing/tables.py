"""The columns of a whole table of rows, for verbs that put tables together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from ml_api_kit.errors import PreprocessingError


def table_columns(rows: Sequence[Any]) -> list[str]:
    """The names of the columns of all rows, in the order they are first seen.

    Raises PreprocessingError: when a row is a list.

    >>> table_columns([{"a": 1}, {"b": 1, "a": 2}])
    ['a', 'b']
    """
    if not rows:
        return []
    if isinstance(rows[0], dict) and _have_columns_of_first(rows):
        return list(rows[0])
    check_names(rows)
    return list(dict.fromkeys(chain.from_iterable(rows)))


def _have_columns_of_first(rows: Sequence[Any]) -> bool:
    # Mostly they have, and a set tells that in half the time that a list of all takes.
    try:
        return bool(set().union(*rows) == rows[0].keys())
    except TypeError:  # of a row that is a list of lists, or nothing that has columns
        return False


def check_names(rows: Sequence[Any]) -> None:
    """Nothing, where every row has names for its columns.

    Raises PreprocessingError: when a row is a list.

    >>> check_names([{"a": 1}])
    """
    if all(issubclass(kind, dict) for kind in set(map(type, rows))):
        return
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            kind = type(row).__name__
            raise PreprocessingError(
                f"Row {index} is a {kind}, whose columns have no names. Make dicts of the rows "
                "first, with to_rows."
            )
