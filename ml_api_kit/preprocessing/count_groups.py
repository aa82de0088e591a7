"""The verb `count_groups`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.preprocessing.compared_keys import counts_by
from ml_api_kit.preprocessing.rows import AnyRow, Column, key_error, to_columns


def count_groups(rows: Iterable[AnyRow], by: Column | Iterable[Column]) -> dict[Any, int]:
    """How many rows there are for each value of the column `by`, in the order they are first seen.

    For several columns the keys are tuples, as they are for a list of one column. A row with a
    missing value in one of them is not counted.

    Replaces `frame.groupby(by).size()`. It departs from it in the order, which pandas sorts: sort
    the keys where that matters.

    Raises PreprocessingError: when a row has no such column, or holds a list or a dict there.

    >>> rows = [{"school": "B"}, {"school": "A"}, {"school": "B"}, {"school": None}]
    >>> count_groups(rows, "school")
    {'B': 2, 'A': 1}
    >>> count_groups([["A", 1], ["A", 1]], [0, 1])
    {('A', 1): 2}
    """
    rows = list(rows)
    columns = to_columns(by)
    try:
        return counts_by(rows, columns, has_tuples=not isinstance(by, (str, int)), dropna=True)
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(rows, columns, "count_groups") from error
