"""The verb `count_unique`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.preprocessing.compared_keys import has_nan
from ml_api_kit.preprocessing.rows import AnyRow, Column, key_error


def count_unique(rows: Iterable[AnyRow], column: Column, *, dropna: bool = True) -> int:
    """How many different values a column has, missing ones counted as one if not `dropna`.

    Values are equal as in Python: 1, 1.0 and True are one.

    Replaces `frame[column].nunique(dropna=...)`. It departs from it in columns of dtype object,
    where pandas counts None and NaN as two.

    Raises PreprocessingError: when a row has no such column, or holds a list or a dict there.

    >>> rows = [{"school": "B"}, {"school": None}, {"school": "A"}, {"school": "B"}]
    >>> count_unique(rows, "school"), count_unique(rows, "school", dropna=False)
    (2, 3)
    """
    listed: list[Any] = list(rows)
    try:
        values = {row[column] for row in listed}
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(listed, [column], "count_unique") from error
    if has_nan(values, [column]):
        values = {None if value != value else value for value in values}
    if dropna:
        values.discard(None)
    return len(values)
