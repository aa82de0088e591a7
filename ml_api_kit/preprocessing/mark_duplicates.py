"""The verb `mark_duplicates`, and which of equal rows are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Literal, TypeAlias

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import (
    AnyRow,
    Column,
    column_values,
    same_columns,
    to_columns,
    unhashable_key,
)

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
    marks = [True] * len(rows)
    for place in kept_places(rows, subset, keep, "mark_duplicates"):
        marks[place] = False
    return marks


def kept_places(
    rows: Sequence[Any],
    subset: Column | Iterable[Column] | None,
    keep: Keep | Literal[False],
    verb: str,
) -> Sequence[int]:
    """The positions of the rows that are kept, ascending.

    Raises PreprocessingError: as the verbs that use it do.
    """
    if keep not in ("first", "last", "none") and keep is not False:
        raise PreprocessingError(f"keep is {keep!r}; it may be 'first', 'last' or 'none'.")
    if not rows:
        return []
    columns = same_columns(rows) if subset is None else to_columns(subset)
    values = column_values(rows, columns)
    keys = values[0] if len(values) == 1 else list(zip(*values, strict=True))
    try:
        return _kept(keys, keep)
    except TypeError as error:
        raise unhashable_key(rows, columns, verb) from error


def _kept(keys: Sequence[Hashable], keep: Keep | Literal[False]) -> Sequence[int]:
    # In dicts that are filled from the back, the first of equal keys is the one that stays.
    if keep == "first":
        places = range(len(keys) - 1, -1, -1)
        return sorted(dict(zip(reversed(keys), places, strict=True)).values())
    if keep == "last":
        return sorted(dict(zip(keys, range(len(keys)), strict=True)).values())
    counts = Counter(keys)
    return [place for place, key in enumerate(keys) if counts[key] == 1]
