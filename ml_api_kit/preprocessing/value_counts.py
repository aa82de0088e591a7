"""The verb `value_counts`."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from ml_api_kit.preprocessing.compared_keys import counts_by
from ml_api_kit.preprocessing.rows import AnyRow, Column, key_error, to_columns


def value_counts(
    rows: Iterable[AnyRow],
    columns: Column | Iterable[Column],
    *,
    sort: bool = True,
    ascending: bool = False,
    normalize: bool = False,
    dropna: bool = True,
) -> dict[Any, Any]:
    """How often each value of a column is there, the most frequent first, ties as first seen.

    For several columns the keys are tuples, as they are for a list of one column. With `ascending`
    the rarest come first; if not `sort`, all are in the order they are first seen. With
    `normalize`, counts are shares of their sum. Missing values are not counted, or, if not
    `dropna`, as None.

    Replaces `frame[column].value_counts(...)` and `frame.value_counts(columns, ...)`. It departs
    from them in columns of dtype object, where pandas tells None from NaN.

    Raises PreprocessingError: when a row has no such column, or holds a list or a dict there.

    >>> value_counts([["A"], ["B"], ["B"], [None]], 0)
    {'B': 2, 'A': 1}
    >>> value_counts([["A"], ["B"], ["B"], [None]], 0, normalize=True, dropna=False)
    {'B': 0.5, 'A': 0.25, None: 0.25}
    """
    rows = list(rows)
    names = to_columns(columns)
    is_one = isinstance(columns, (str, int))
    try:
        counts = counts_by(rows, names, has_tuples=not is_one, dropna=dropna)
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(rows, names, "value_counts") from error
    pairs: Iterable[tuple[Any, int]] = counts.items()
    if sort:
        pairs = sorted(pairs, key=itemgetter(1), reverse=not ascending)
    if not normalize:
        return dict(pairs)
    total = sum(counts.values())
    return {key: count / total for key, count in pairs}
