"""The verb `rename_columns`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.row_maker import pick_rows
from ml_api_kit.preprocessing.rows import unknown_column


def rename_columns(
    rows: Iterable[dict[str, Any]], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The rows as copies in which each column of `names` has its new name, in its old place.

    Rows that all have the same columns get them in the order of the first row, as in a frame.

    Replaces `frame.rename(columns=names)`. It departs from it in that a column to rename must be
    there, and no two columns may end up with one name.

    Raises PreprocessingError: when a row is a list, lacks a column, or would have a name twice.

    >>> rename_columns([{"stud": 7, "score": 1}], {"stud": "student"})
    [{'student': 7, 'score': 1}]
    """
    rows = list(rows)
    if not rows:
        return []
    before = list(rows[0])
    after = list(_renamed(0, rows[0], rows, names))
    if set(map(len, rows)) == {len(before)}:
        with suppress(KeyError, TypeError):  # rows as long as the first may have other columns
            return pick_rows(rows, after, before)
    return [_renamed(index, row, rows, names) for index, row in enumerate(rows)]


def _renamed(
    index: int, row: dict[str, Any], rows: list[dict[str, Any]], names: Mapping[str, str]
) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise PreprocessingError(f"Row {index} is a list, whose columns have no names.")
    if not all(column in row for column in names):
        raise unknown_column(rows, names)
    copy = {names.get(column, column): value for column, value in row.items()}
    if len(copy) != len(row):
        raise PreprocessingError(_name_twice(index, row, names))
    return copy


def _name_twice(index: int, row: dict[str, Any], names: Mapping[str, str]) -> str:
    after = [names.get(column, column) for column in row]
    twice = next(name for name in after if after.count(name) > 1)
    return (
        f"Row {index} would have two columns {twice!r}. Rename the other one too, or select the "
        "columns to keep first."
    )
