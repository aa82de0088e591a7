"""The verb `replace_values`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from ml_api_kit.preprocessing.missing import is_missing
from ml_api_kit.preprocessing.rows import (
    AnyRow,
    Column,
    columns_of,
    has_column,
    to_columns,
    unknown_column,
)


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
    tables = _Tables(replacements)
    copies: list[Any] = [row.copy() for row in rows]
    names = None if columns is None else list(dict.fromkeys(to_columns(columns)))
    try:
        for group, its_names in _groups(copies, names):
            for name in its_names:
                tables.replace(group, name)
    except (KeyError, IndexError, TypeError) as error:
        if not all(has_column(row, name) for row in rows for name in names or ()):
            raise unknown_column(rows, names or ()) from error
        return [tables.replaced(row, names) for row in rows]  # a list or a dict is among the values
    return copies


def _groups(copies: list[Any], names: list[Any] | None) -> Iterable[tuple[list[Any], list[Any]]]:
    """The rows with the columns to replace in: all together, or those of equal columns."""
    if names is not None:
        return [(copies, names)]
    groups: dict[Any, list[Any]] = {}
    for copy in copies:
        groups.setdefault(tuple(copy) if isinstance(copy, dict) else len(copy), []).append(copy)
    return [(group, columns_of(group[0])) for group in groups.values()]


class _Tables:
    """What values are replaced by: truth values apart, since a dict takes True for 1."""

    def __init__(self, replacements: Mapping[Any, Any]) -> None:
        self.of_bools = {key: value for key, value in replacements.items() if type(key) is bool}
        self.of_others = {
            None if is_missing(key) else key: value
            for key, value in replacements.items()
            if type(key) is not bool
        }
        self.known = {*self.of_bools, *self.of_others}

    def replace(self, copies: list[Any], name: Column) -> None:
        known, bools, others = self.known, self.of_bools, self.of_others
        if None in known:
            for copy in copies:
                if copy[name] != copy[name]:
                    copy[name] = None
        for copy in copies:
            value = copy[name]
            if value in known:
                table = bools if value.__class__ is bool else others
                copy[name] = table.get(value, value)

    def replaced(self, row: Any, names: list[Any] | None) -> Any:
        copy = row.copy()
        for name in columns_of(row) if names is None else names:
            with suppress(TypeError):  # a list or a dict, which no key can be
                self.replace([copy], name)
        return copy
