"""What rows are compared by: the values of one column, or tuples of those of several.

A NaN is equal to no other, and would be a key of its own. Looking for one in every row takes longer
than all else, so verbs collect the keys as they are, look at the different ones, and only where
there is a NaN among them begin anew, with `equal_keys`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter, ne
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import NEVER_NAN, Column, column_values


def keys_of(rows: Sequence[Any], columns: Sequence[Column]) -> Iterator[Any]:
    """The keys of the rows, as they are.

    Raises PreprocessingError: when no column is named.

    >>> list(keys_of([{"a": 1, "b": 2}], ["a", "b"])), list(keys_of([["A", 1]], [0]))
    ([(1, 2)], ['A'])
    """
    if not columns:
        raise PreprocessingError("No column is named to compare rows by. Name one or more.")
    return map(itemgetter(*columns), rows)


def equal_keys(rows: Sequence[Any], columns: Sequence[Column]) -> list[Any]:
    """The keys of the rows, with None for NaN, so that missing values are equal."""
    values = column_values(rows, columns)
    return values[0] if len(values) == 1 else list(zip(*values, strict=True))


def has_nan(keys: Collection[Any], columns: Sequence[Column]) -> bool:
    """Whether NaN is among the keys of the `columns`.

    >>> has_nan({"A", 1.5}, ["a"]), has_nan([(1, float("nan"))], ["a", "b"])
    (False, True)
    """
    return _has_nan(keys) if len(columns) == 1 else has_nan_in(keys)


def has_nan_in(lists: Iterable[Iterable[Any]]) -> bool:
    """Whether NaN is among the values of the `lists`.

    >>> has_nan_in([["A", 1.5], [None, float("nan")]])
    True
    """
    return _has_nan(list(chain.from_iterable(lists)))


def _has_nan(values: Collection[Any]) -> bool:
    # Asking for the types is quicker than looking at each value, and mostly none can be NaN.
    return not NEVER_NAN.issuperset(map(type, values)) and any(map(ne, values, values))


def counted_keys(
    rows: Sequence[Any], columns: Sequence[Column]
) -> tuple[Sequence[Any], Counter[Any]]:
    """The keys of the rows, and how often each is there; missing values are equal.

    >>> counted_keys([["A"], [float("nan")], [None]], [0])
    (['A', None, None], Counter({None: 2, 'A': 1}))
    """
    keys = list(keys_of(rows, columns))
    counts = Counter(keys)
    if has_nan(counts, columns):
        keys = equal_keys(rows, columns)
        counts = Counter(keys)
    return keys, counts


def counts_by(
    rows: Sequence[Any], columns: Sequence[Column], *, has_tuples: bool, dropna: bool
) -> dict[Any, int]:
    """How often each key is there, as first seen; one column's are tuples too if it `has_tuples`.

    >>> counts_by([["A"], [None]], [0], has_tuples=True, dropna=True)
    {('A',): 1}
    """
    counts: dict[Any, int] = counted_keys(rows, columns)[1]
    if len(columns) == 1:
        if dropna and None in counts:
            del counts[None]
        return {(key,): count for key, count in counts.items()} if has_tuples else dict(counts)
    if not dropna:
        return dict(counts)
    return {key: count for key, count in counts.items() if None not in key}
