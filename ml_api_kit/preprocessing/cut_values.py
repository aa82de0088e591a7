"""The verb `cut_values`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.added import put_column
from ml_api_kit.preprocessing.rows import AnyRow, Column, unknown_column


def cut_values(
    rows: Iterable[AnyRow],
    column: Column,
    edges: Sequence[float],
    *,
    labels: Sequence[Any] | None = None,
    is_right_closed: bool = True,
    is_lowest_included: bool = False,
    into: Column | None = None,
) -> list[AnyRow]:
    """The rows as copies in which a column's numbers are the labels of the bins they fall into.

    There is one of the `labels` fewer than there are `edges`, which ascend; without labels, bins
    have their numbers from 0. A bin holds its upper edge, or, if not `is_right_closed`, its lower
    one; the first bin holds both with `is_lowest_included`. A number outside all bins is None, and
    so is a missing one. The labels are put into the column, or into another one, `into`.

    Replaces `pandas.cut(frame[column], edges, labels=...)`, and `qcut` with the edges that
    `learn_quantile_bins` learned. It departs from them without labels: pandas has intervals there,
    which no JSON value is.

    Raises PreprocessingError: when a row has no such column, or holds no number there, or the edges
        do not ascend or do not fit the labels.

    >>> rows = [{"age": 17}, {"age": 40}, {"age": 90}]
    >>> cut_values(rows, "age", [0, 18, 65], labels=["child", "adult"])
    [{'age': 'child'}, {'age': 'adult'}, {'age': None}]
    """
    by_place = _by_place(edges, labels)
    rows = list(rows)
    try:
        values = list(map(itemgetter(column), rows))
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, [column]) from error
    try:
        places = _places(values, edges, is_right_closed, is_lowest_included)
    except TypeError as error:
        raise _no_number(values, column) from error
    copies: list[Any] = [row.copy() for row in rows]
    target = column if into is None else into
    put_column(copies, target, map(by_place.__getitem__, places))
    return copies


def _by_place(edges: Sequence[float], labels: Sequence[Any] | None) -> list[Any]:
    # Before the first edge and behind the last one lies no bin.
    # The two edges of one bin may be equal: that is what pandas learns of equal numbers.
    is_one = len(edges) == 2
    if any(one > other or (one == other and not is_one) for one, other in pairwise(edges)):
        raise PreprocessingError(f"The edges {list(edges)} do not ascend; sort them, each once.")
    bins = max(len(edges) - 1, 0)
    named = range(bins) if labels is None else labels
    if len(named) != bins:
        raise PreprocessingError(
            f"There are {len(named)} labels for {bins} bins, between {len(edges)} edges."
        )
    return [None, *named, None]


def _places(
    values: list[Any], edges: Sequence[float], is_right_closed: bool, is_lowest_included: bool
) -> list[int]:
    # NaN is less than no edge and greater than none, so that it falls outside on either side.
    if not is_right_closed:
        return [0 if value is None else bisect_right(edges, value) for value in values]
    if not is_lowest_included or not edges:
        return [0 if value is None else bisect_left(edges, value) for value in values]
    low = edges[0]
    return [
        0 if value is None else bisect_left(edges, value) or int(value == low) for value in values
    ]


def _no_number(values: list[Any], column: Column) -> PreprocessingError:
    for index, value in enumerate(values):
        if value is not None and not isinstance(value, (int, float)):
            return PreprocessingError(
                f"Row {index}, column {column!r}: {value!r} is no number. Convert it first, for "
                "example with convert_types."
            )
    raise AssertionError("every value is a number")
