"""The verb `drop_duplicates`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Literal

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import (
    AnyRow,
    Column,
    column_values,
    columns_of,
    has_column,
    to_columns,
    unhashable_key,
)


def drop_duplicates(
    rows: Iterable[AnyRow],
    *,
    subset: Column | Iterable[Column] | None = None,
    keep: Literal["first", "last", "none"] = "first",
) -> list[AnyRow]:
    """The rows without those equal to another, in their order; the rows themselves, not copies.

    Rows are equal when their values in the `subset` are, or in the first row's columns where it is
    None. Of equal rows the first is kept, the last, or none. Missing values are equal to each
    other.

    Replaces `frame.drop_duplicates(subset=..., keep=...)`, whose `keep=False` is `keep="none"`
    here. It departs from it in columns of dtype object, where pandas tells None from NaN.

    Raises PreprocessingError: when a row lacks a column, has another number of columns than the
        first where `subset` is None, holds a list or a dict where rows are compared, or `keep` is
        something else.

    >>> rows = [{"name": "A", "score": 1}, {"name": "A", "score": 2}, {"name": "B", "score": 1}]
    >>> drop_duplicates(rows, subset="name", keep="last")
    [{'name': 'A', 'score': 2}, {'name': 'B', 'score': 1}]
    """
    if keep not in ("first", "last", "none"):
        raise PreprocessingError(f"keep is {keep!r}; it may be 'first', 'last' or 'none'.")
    rows = list(rows)
    if not rows:
        return []
    columns = _all_columns(rows) if subset is None else to_columns(subset)
    keys = list(zip(*column_values(rows, columns), strict=True))
    try:
        return _kept(rows, keys, keep)
    except TypeError as error:
        raise unhashable_key(rows, columns, "drop_duplicates") from error


def _kept(rows: list[AnyRow], keys: Sequence[Hashable], keep: str) -> list[AnyRow]:
    if keep == "none":
        counts = Counter(keys)
        return [row for row, key in zip(rows, keys, strict=True) if counts[key] == 1]
    if keep == "first":
        firsts: dict[Hashable, AnyRow] = {}
        for key, row in zip(keys, rows, strict=True):
            firsts.setdefault(key, row)
        return list(firsts.values())
    last = {key: index for index, key in enumerate(keys)}
    return [rows[index] for index in sorted(last.values())]


def _all_columns(rows: list[AnyRow]) -> list[Any]:
    columns = columns_of(rows[0])
    for index, row in enumerate(rows):
        if len(row) != len(columns) and all(has_column(row, column) for column in columns):
            raise PreprocessingError(
                f"Row {index} has {len(row)} columns, and the first row {len(columns)}. Give rows "
                "with the same columns, or name the subset to compare."
            )
    return columns
