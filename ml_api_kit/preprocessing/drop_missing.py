"""The verb `drop_missing`."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from operator import itemgetter
from typing import Any, Literal

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.compared_keys import has_nan_in
from ml_api_kit.preprocessing.rows import (
    AnyRow,
    Column,
    columns_of,
    has_column,
    to_columns,
    unknown_column,
)


def drop_missing(
    rows: Iterable[AnyRow],
    *,
    subset: Column | Iterable[Column] | None = None,
    how: Literal["any", "all"] = "any",
    thresh: int | None = None,
) -> list[AnyRow]:
    """The rows without missing values, in their order; the rows themselves, not copies.

    A row is dropped when `how` of its values are missing, or, where `thresh` is given, when fewer
    than `thresh` are there. Only the columns of the `subset` count, or all where it is None. None
    and NaN are missing.

    Replaces `frame.dropna(subset=..., how=..., thresh=...)`. It departs where rows have different
    columns: without a `subset`, each row is judged by the columns that it has.

    Raises PreprocessingError: when a row has no such column before it is decided on, `how` is
        something else, or both `how="all"` and `thresh` are given.

    >>> drop_missing([{"score": 1}, {"score": None}])
    [{'score': 1}]
    """
    if how not in ("any", "all"):
        raise PreprocessingError(f"how is {how!r}; it may be 'any' or 'all'.")
    if how == "all" and thresh is not None:
        raise PreprocessingError("how and thresh are both given; give one of them.")
    rows = list(rows)
    columns = None if subset is None else to_columns(subset)
    # Looked up here too, since a row that one column drops is not asked for the next.
    if rows and not all(has_column(rows[0], column) for column in columns or ()):
        raise unknown_column(rows, columns or ())
    try:
        return _kept(rows, columns, how, thresh)
    except (KeyError, IndexError, TypeError) as error:
        if columns is None:
            raise
        raise unknown_column(rows, columns) from error


def _kept(rows: list[Any], columns: list[Any] | None, how: str, thresh: int | None) -> list[Any]:
    if thresh is not None:
        return _with_values(rows, columns, thresh)
    if how == "all":
        return _not_empty(rows, columns)
    if columns is not None:
        return _complete(rows, columns)
    if len(set(map(len, rows))) == 1:
        with suppress(KeyError, TypeError):  # rows as long as the first may have other columns
            return _complete(rows, columns_of(rows[0]))
    return [row for row in rows if not any(v is None or v != v for v in _values(row))]


def _complete(rows: list[Any], columns: list[Any]) -> list[Any]:
    for column in columns:
        kept = []
        for row in rows:
            value = row[column]
            if value is not None and value == value:
                kept.append(row)
        rows = kept
    return rows


def _not_empty(rows: list[Any], columns: list[Any] | None) -> list[Any]:
    if columns is None:
        return [row for row in rows if any(v is not None and v == v for v in _values(row))]
    kept = []
    for row in rows:
        for column in columns:
            value = row[column]
            if value is not None and value == value:
                kept.append(row)
                break
    return kept


def _with_values(rows: list[Any], columns: list[Any] | None, least: int) -> list[Any]:
    lists: list[Any]
    if columns is not None and len(columns) > 1:
        lists = list(map(itemgetter(*columns), rows))
    elif columns is not None:
        lists = [[row[column] for column in columns] for row in rows]
    else:
        lists = [list(_values(row)) for row in rows]
    if has_nan_in(lists):
        lists = [[None if value != value else value for value in values] for values in lists]
    return [
        row
        for row, values in zip(rows, lists, strict=True)
        if len(values) - values.count(None) >= least
    ]


def _values(row: Any) -> Iterable[Any]:
    return row.values() if isinstance(row, dict) else row
