"""The verb `replace_values`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ml_api_kit.preprocessing.missing import is_missing
from ml_api_kit.preprocessing.rows import AnyRow, Column, to_columns, unknown_column


def replace_values(
    rows: Iterable[AnyRow],
    replacements: Mapping[Any, Any],
    *,
    columns: Column | Iterable[Column] | None = None,
) -> list[AnyRow]:
    """The rows as copies in which values that are keys of `replacements` are what those map to.

    In the named `columns` only, or in all where that is None. All are replaced at once: a mapping
    of 1 to 2 and 2 to 1 swaps. A key that is None or NaN stands for every missing value. Numbers
    are equal as in Python, 1 and 1.0, but True is not 1. Lists and dicts in a row are never equal
    to a key.

    Replaces `frame.replace(replacements)` and `frame[column].replace(replacements)`.

    Raises PreprocessingError: when a row has no such column.

    >>> replace_values([{"answer": "yes", "sure": "no"}], {"yes": 1, "no": 0}, columns="answer")
    [{'answer': 1, 'sure': 'no'}]
    """
    rows = list(rows)
    replaced = _replacer(replacements)
    if columns is None:
        return [_replaced(row, replaced) for row in rows]
    names = to_columns(columns)
    copies = [row.copy() for row in rows]
    try:
        for copy in copies:
            for name in names:
                copy[name] = replaced(copy[name])
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, names) from error
    return copies


def _replaced(row: AnyRow, replaced: Callable[[Any], Any]) -> AnyRow:
    if isinstance(row, dict):
        return {column: replaced(value) for column, value in row.items()}
    return [replaced(value) for value in row]


def _replacer(replacements: Mapping[Any, Any]) -> Callable[[Any], Any]:
    # By type too, since a dict takes True for 1.
    known = {(type(key) is bool, key): value for key, value in replacements.items()}
    has_missing = any(is_missing(key) for key in replacements)
    missing = next((value for key, value in replacements.items() if is_missing(key)), None)

    def replaced(value: Any) -> Any:
        try:
            if (key := (type(value) is bool, value)) in known:
                return known[key]
        except TypeError:  # a list or a dict, which no key can be
            return value
        return missing if has_missing and is_missing(value) else value

    return replaced
