"""The verb `mark_duplicates`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.compared_keys import counted_keys, equal_keys, has_nan, keys_of
from ml_api_kit.preprocessing.rows import AnyRow, Column, key_error, same_columns, to_columns

Keep: TypeAlias = Literal["first", "last", "none"]


def mark_duplicates(
    rows: Iterable[AnyRow],
    *,
    subset: Column | Iterable[Column] | None = None,
    keep: Keep | Literal[False] = "first",
) -> list[bool]:
    """Whether each row is equal to another, and not the one of them that is kept.

    Rows are equal when their values in the `subset` are, or in the first row's columns where it is
    None. Of equal rows the first is kept, the last, or none, which may be written False as well.
    Missing values are equal to each other.

    Replaces `frame.duplicated(subset=..., keep=...)`. It departs from it in columns of dtype
    object, where pandas tells None from NaN.

    Raises PreprocessingError: when a row lacks a column, has another number of columns than the
        first where `subset` is None, holds a list or a dict where rows are compared, or `keep` is
        something else.

    >>> mark_duplicates([["A"], ["B"], ["A"]]), mark_duplicates([["A"], ["B"], ["A"]], keep="none")
    ([False, False, True], [True, False, True])
    """
    rows = list(rows)
    columns = compared_columns(rows, subset, keep)
    if not rows:
        return []
    try:
        if keep == "first":
            return _marks(rows, columns)
        if keep == "last":
            return _marks(rows[::-1], columns)[::-1]
        keys, counts = counted_keys(rows, columns)
        return [counts[key] > 1 for key in keys]
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(rows, columns, "mark_duplicates") from error


def compared_columns(
    rows: Sequence[Any], subset: Column | Iterable[Column] | None, keep: Keep | Literal[False]
) -> list[Any]:
    """The columns that rows are compared by.

    Raises PreprocessingError: when `keep` is none of its values, or the rows have no columns in
        common where `subset` is None.
    """
    if keep not in ("first", "last", "none") and keep is not False:
        raise PreprocessingError(f"keep is {keep!r}; it may be 'first', 'last' or 'none'.")
    return same_columns(rows) if subset is None else to_columns(subset)


def _marks(rows: Sequence[Any], columns: Sequence[Column]) -> list[bool]:
    marks, seen = _seen_before(keys_of(rows, columns))
    return _seen_before(equal_keys(rows, columns))[0] if has_nan(seen, columns) else marks


def _seen_before(keys: Iterable[Any]) -> tuple[list[bool], set[Any]]:
    seen: set[Any] = set()
    marks: list[bool] = []
    for key in keys:
        if key in seen:
            marks.append(True)
        else:
            seen.add(key)
            marks.append(False)
    return marks, seen
