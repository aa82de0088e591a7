"""The verb `map_values`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ml_api_kit.preprocessing.missing import is_missing
from ml_api_kit.preprocessing.rows import (
    AnyRow,
    Column,
    key_error,
    to_columns,
)


def map_values(
    rows: Iterable[AnyRow],
    table: Mapping[Any, Any],
    *,
    columns: Column | Iterable[Column],
    default: Any = None,
) -> list[AnyRow]:
    """The rows as copies in which the values of the `columns` are what the `table` has for them.

    A value that it does not have, a missing one too, becomes the `default`. A key that is None or
    NaN stands for every missing value. Keys are equal as in Python: 1, 1.0 and True.

    Replaces `frame[column].map(table)`. It departs from it in that what is not known becomes None,
    where pandas has NaN. For a function in place of a table, a comprehension is clearer:
    `[{**row, "name": row["name"].upper()} for row in rows]`.

    Raises PreprocessingError: when a row has no such column, or holds a list or a dict there.

    >>> map_values([{"size": "S"}, {"size": "XS"}], {"S": 1, "L": 3}, columns="size")
    [{'size': 1}, {'size': None}]
    """
    rows = list(rows)
    names = list(dict.fromkeys(to_columns(columns)))
    known = {None if is_missing(key) else key: value for key, value in table.items()}
    copies: list[Any] = [row.copy() for row in rows]
    try:
        for name in names:
            map_column(copies, name, known, default)
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(rows, names, "map_values") from error
    return copies


def map_column(copies: list[Any], name: Column, known: dict[Any, Any], default: Any) -> None:
    """Put what the table has for the values of one column in their place, in copied rows."""
    if None in known:
        for copy in copies:
            if copy[name] != copy[name]:
                copy[name] = None
    get = known.get
    for copy in copies:
        copy[name] = get(copy[name], default)
