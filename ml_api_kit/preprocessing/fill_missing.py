"""The verb `fill_missing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from ml_api_kit.preprocessing.rows import (
    AnyRow,
    Column,
    columns_of,
    has_column_names,
    unknown_column,
)


def fill_missing(rows: Iterable[AnyRow], value: Any | Mapping[Column, Any]) -> list[AnyRow]:
    """The rows as copies in which every missing value is `value`, or its column's, from a mapping.

    None and NaN are missing. Columns that a mapping does not name stay as they are.

    Replaces `frame.fillna(value)`. It departs from it in that a column in the mapping must be
    there.

    Raises PreprocessingError: when a row lacks a column of the mapping.

    >>> fill_missing([{"school": None, "score": None}], {"score": 0})
    [{'school': None, 'score': 0}]
    >>> fill_missing([["A", None]], 0)
    [['A', 0]]
    """
    rows = list(rows)
    if not isinstance(value, Mapping):
        return _filled_everywhere(rows, value)
    copies: list[Any] = [row.copy() for row in rows]
    try:
        for column, replacement in value.items():
            _fill(copies, column, replacement)
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, value) from error
    return copies


def _filled_everywhere(rows: list[Any], value: Any) -> list[Any]:
    is_named = has_column_names(rows)
    if len(set(map(len, rows))) == 1:
        copies = [row.copy() for row in rows]
        with suppress(KeyError, TypeError):  # rows as long as the first may have other columns
            for column in columns_of(rows[0]):
                _fill(copies, column, value)
            return copies
    if is_named:
        return [
            {name: value if v is None or v != v else v for name, v in row.items()} for row in rows
        ]
    return [[value if v is None or v != v else v for v in row] for row in rows]


def _fill(copies: list[Any], column: Column, value: Any) -> None:
    for copy in copies:
        found = copy[column]
        if found is None or found != found:
            copy[column] = value
