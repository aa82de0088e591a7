"""The verb `drop_duplicates`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from ml_api_kit.preprocessing.compared_keys import counted_keys, equal_keys, has_nan, keys_of
from ml_api_kit.preprocessing.mark_duplicates import Keep, compared_columns
from ml_api_kit.preprocessing.rows import AnyRow, Column, key_error


def drop_duplicates(
    rows: Iterable[AnyRow],
    *,
    subset: Column | Iterable[Column] | None = None,
    keep: Keep | Literal[False] = "first",
) -> list[AnyRow]:
    """The rows without those equal to another, in their order; the rows themselves, not copies.

    Rows are equal when their values in the `subset` are, or in the first row's columns where it is
    None. Of equal rows the first is kept, the last, or none, which may be written False as well.
    Missing values are equal to each other.

    Replaces `frame.drop_duplicates(subset=..., keep=...)`. It departs from it in columns of dtype
    object, where pandas tells None from NaN.

    Raises PreprocessingError: when a row lacks a column, has another number of columns than the
        first where `subset` is None, holds a list or a dict where rows are compared, or `keep` is
        something else.

    >>> rows = [{"name": "A", "score": 1}, {"name": "A", "score": 2}, {"name": "B", "score": 1}]
    >>> drop_duplicates(rows, subset="name", keep="last")
    [{'name': 'A', 'score': 2}, {'name': 'B', 'score': 1}]
    """
    rows = list(rows)
    columns = compared_columns(rows, subset, keep)
    if not rows:
        return []
    try:
        if keep == "first":
            return _firsts(rows, columns)
        if keep == "last":
            return _firsts(rows[::-1], columns)[::-1]
        keys, counts = counted_keys(rows, columns)
        return [row for row, key in zip(rows, keys, strict=True) if counts[key] == 1]
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(rows, columns, "drop_duplicates") from error


# Not by way of `mark_duplicates`, although that would be shorter: over 10,000 rows compared by one
# column, marks that rows are then picked by take a quarter to twice as long again.
def _firsts(rows: list[Any], columns: Sequence[Column]) -> list[Any]:
    if len(columns) == 1:
        firsts, seen = _firsts_of_column(rows, columns[0])
    else:
        firsts, seen = _firsts_of_keys(rows, keys_of(rows, columns))
    if has_nan(seen, columns):
        return _firsts_of_keys(rows, equal_keys(rows, columns))[0]
    return firsts


def _firsts_of_column(rows: list[Any], column: Column) -> tuple[list[Any], set[Any]]:
    # Its own loop, since with an iterator of keys one column takes half as long again.
    firsts, seen = [], set()
    for row in rows:
        key = row[column]
        if key not in seen:
            seen.add(key)
            firsts.append(row)
    return firsts, seen


def _firsts_of_keys(rows: list[Any], keys: Iterable[Any]) -> tuple[list[Any], set[Any]]:
    firsts, seen = [], set()
    for key, row in zip(keys, rows, strict=True):
        if key not in seen:
            seen.add(key)
            firsts.append(row)
    return firsts, seen
