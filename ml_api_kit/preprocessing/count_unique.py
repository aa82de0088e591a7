"""The verb `count_unique`."""

from __future__ import annotations

from collections.abc import Iterable

from ml_api_kit.preprocessing.rows import AnyRow, Column, column_values, unhashable_key


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
    rows = list(rows)
    try:
        values = set(column_values(rows, [column])[0])
    except TypeError as error:
        raise unhashable_key(rows, [column], "count_unique") from error
    if dropna:
        values.discard(None)
    return len(values)
