"""The verb `fill_missing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ml_api_kit.preprocessing.rows import AnyRow, Column, has_column_names, unknown_column


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
            for copy in copies:
                found = copy[column]
                if found is None or found != found:
                    copy[column] = replacement
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, value) from error
    return copies


def _filled_everywhere(rows: list[Any], value: Any) -> list[Any]:
    if has_column_names(rows):
        return [
            {name: value if v is None or v != v else v for name, v in row.items()} for row in rows
        ]
    return [[value if v is None or v != v else v for v in row] for row in rows]
