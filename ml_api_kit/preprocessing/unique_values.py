"""The verb `unique_values`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.preprocessing.compared_keys import has_nan, keys_of
from ml_api_kit.preprocessing.rows import AnyRow, Column, key_error


def unique_values(rows: Iterable[AnyRow], column: Column) -> list[Any]:
    """The values of a column, each once, in the order they are first seen.

    Missing values are one, None. Values are equal as in Python: 1, 1.0 and True are the first of
    them.

    Replaces `frame[column].unique()`. It departs from it in columns of dtype object, where pandas
    tells None from NaN. Where none is missing, `list(dict.fromkeys(row[column] for row in rows))`
    is as good.

    Raises PreprocessingError: when a row has no such column, or holds a list or a dict there.

    >>> rows = [{"school": "B"}, {"school": None}, {"school": "A"}, {"school": "B"}]
    >>> unique_values(rows, "school")
    ['B', None, 'A']
    """
    rows = list(rows)
    try:
        values = dict.fromkeys(keys_of(rows, [column]))
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(rows, [column], "unique_values") from error
    if has_nan(values, [column]):
        return list(dict.fromkeys(None if value != value else value for value in values))
    return list(values)
