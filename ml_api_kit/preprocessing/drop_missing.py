"""The verb `drop_missing`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.missing import is_missing
from ml_api_kit.preprocessing.rows import (
    AnyRow,
    Column,
    Row,
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

    Raises PreprocessingError: when a row has no such column, `how` is something else, or both
        `how="all"` and `thresh` are given.

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


def _kept(
    rows: list[AnyRow], columns: list[Any] | None, how: str, thresh: int | None
) -> list[AnyRow]:
    if thresh is not None:
        return [
            row for row in rows if sum(not is_missing(v) for v in _values(row, columns)) >= thresh
        ]
    if how == "all":
        return [row for row in rows if any(not is_missing(v) for v in _values(row, columns))]
    if columns is None:
        return [row for row in rows if not any(v is None or v != v for v in _values(row, None))]
    for column in columns:
        rows = [row for row in rows if (value := row[column]) is not None and value == value]
    return rows


def _values(row: Row, columns: list[Any] | None) -> Iterable[Any]:
    if columns is not None:
        return [row[column] for column in columns]
    return row.values() if isinstance(row, dict) else row
