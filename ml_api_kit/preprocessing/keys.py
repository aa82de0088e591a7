"""The keys of rows, by which they are grouped and joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import itemgetter, ne
from typing import Any, Literal, TypeAlias

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.row_order import row_order
from ml_api_kit.preprocessing.rows import Column, column_values, key_error, to_columns

Order: TypeAlias = Literal["first-seen", "sorted"]
"""The order of groups: as their first rows come, or by their keys."""


def row_keys(rows: Sequence[Any], by: Column | Iterable[Column]) -> list[Any]:
    """The key of each row: its value of one column, or a tuple of the values of several.

    Every missing value is None, so that they are equal. A list of one column makes tuples.

    Raises PreprocessingError: when a row has no such column, or no column is named.

    >>> row_keys([{"a": 1, "b": float("nan")}], "a"), row_keys([[1, float("nan")]], [0, 1])
    ([1], [(1, None)])
    """
    values = column_values(rows, to_columns(by))
    return values[0] if isinstance(by, (str, int)) else list(zip(*values, strict=True))


def grouped(
    rows: Sequence[Any],
    by: Column | Iterable[Column],
    verb: str,
    *,
    members: Sequence[Any] | None = None,
) -> dict[Any, list[Any]]:
    """The rows of each key, as `row_keys` makes them, in the order they are first seen.

    Where `members` are given, one for each row, they are grouped in place of the rows.

    Raises PreprocessingError: when a row has no such column, or holds a list or a dict there, or no
        column is named; `verb` is who says so.

    >>> dict(grouped([["A", 1], ["B", 2], ["A", 3]], 0, "group_rows"))
    {'A': [['A', 1], ['A', 3]], 'B': [['B', 2]]}
    """
    groups: defaultdict[Any, list[Any]] = defaultdict(list)
    try:
        if members is None and isinstance(by, (str, int)):
            for row in rows:
                groups[row[by]].append(row)
        else:
            members = rows if members is None else members
            for key, member in zip(_raw_keys(rows, by), members, strict=True):
                groups[key].append(member)
        # NaN is not equal to itself, so that each is a group of its own. That is rare, and looking
        # for it in all rows would take as long as grouping them.
        parts = list(groups if isinstance(by, (str, int)) else chain.from_iterable(groups))
        if any(map(ne, parts, parts)):
            groups.clear()
            for key, member in zip(row_keys(rows, by), members or rows, strict=True):
                groups[key].append(member)
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(rows, to_columns(by), verb) from error
    return groups


def _raw_keys(rows: Sequence[Any], by: Column | Iterable[Column]) -> Iterable[Any]:
    if isinstance(by, (str, int)):
        return map(itemgetter(by), rows)
    columns = to_columns(by)
    if not columns:
        return row_keys(rows, columns)
    return zip(*(map(itemgetter(column), rows) for column in columns), strict=True)


def ordered_keys(
    keys: Iterable[Any],
    by: Column | Iterable[Column],
    *,
    order: Order,
    is_missing_kept: bool,
) -> list[Any]:
    """The distinct `keys` in order, with or without those that are missing or have a missing part.

    Sorted keys are ascending, column by column, and missing ones are last, as in pandas.

    Raises PreprocessingError: when keys cannot be sorted.

    >>> ordered_keys(["b", None, "a"], "name", order="sorted", is_missing_kept=True)
    ['a', 'b', None]
    """
    is_single = isinstance(by, (str, int))
    kept = list(keys)
    if not is_missing_kept and not is_single:
        kept = [key for key in kept if None not in key]
    elif not is_missing_kept and None in kept:
        kept.remove(None)
    if order == "first-seen" or not kept:
        return kept
    columns = to_columns(by)
    values = [kept] if is_single else list(zip(*kept, strict=True))
    places = row_order(values, columns, is_ascending=[True] * len(columns))
    return [kept[place] for place in places]


def check_order(order: str) -> None:
    """Nothing, where groups can be in that order.

    Raises PreprocessingError: when `order` is neither 'first-seen' nor 'sorted'.

    >>> check_order("sorted")
    """
    if order not in ("first-seen", "sorted"):
        raise PreprocessingError(f"order is {order!r}; it may be 'first-seen' or 'sorted'.")
