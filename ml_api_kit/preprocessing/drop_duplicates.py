"""The verb `drop_duplicates`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ml_api_kit.preprocessing.mark_duplicates import Keep, kept_places
from ml_api_kit.preprocessing.rows import AnyRow, Column


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
    places = kept_places(rows, subset, keep, "drop_duplicates")
    return [rows[place] for place in places]
