"""The columns that groups and their aggregates make, before they are rows or a table."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from ml_api_kit.preprocessing.aggregates import aggregated
from ml_api_kit.preprocessing.keys import Order, check_order, grouped, ordered_keys
from ml_api_kit.preprocessing.rows import Column, unknown_column


def group_columns(
    rows: Sequence[Any],
    by: Column | Sequence[Column],
    aggregates: Sequence[tuple[Column, str]],
    *,
    order: Order = "first-seen",
    is_missing_kept: bool = False,
) -> list[Sequence[Any]]:
    """The columns of the keys, one for each of `by`, then of the aggregates, [columns, groups].

    An aggregate is a column and what is made of it.

    Raises PreprocessingError: as `aggregate_groups` does.

    >>> group_columns([["B", 1], ["A", 3], ["B", 4]], 0, [(1, "sum")])
    [['B', 'A'], [5, 3]]
    """
    check_order(order)
    columns = list(dict.fromkeys(column for column, _ in aggregates))
    # Of one column, its values are grouped in place of the rows, which is quicker.
    is_one = len(columns) == 1
    members = _values(rows, columns[0]) if is_one else rows
    groups = grouped(rows, by, "grouping", members=members)
    keys = ordered_keys(groups, by, order=order, is_missing_kept=is_missing_kept)
    kept = [groups[key] for key in keys]
    present = {
        column: _present(kept) if is_one else _present_in(kept, column) for column in columns
    }
    made: list[Sequence[Any]] = _parts(keys, by)
    for column, how in aggregates:
        if how == "size":
            made.append(list(map(len, kept)))
        else:
            made.append(aggregated(present[column], how, column))
    return made


def _parts(keys: list[Any], by: Column | Sequence[Column]) -> list[Sequence[Any]]:
    if isinstance(by, (str, int)):
        return [keys]
    return [[key[place] for key in keys] for place in range(len(by))]


def _values(rows: Sequence[Any], column: Column) -> list[Any]:
    try:
        return list(map(itemgetter(column), rows))
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, [column]) from error


def _present(groups: Sequence[list[Any]]) -> list[list[Any]]:
    """The values of each group that are not missing."""
    return [
        [value for value in values if value is not None and value == value] for values in groups
    ]


def _present_in(groups: Sequence[Sequence[Any]], column: Column) -> list[list[Any]]:
    """The values of a column in each group of rows that are not missing."""
    try:
        return [
            [value for row in rows if (value := row[column]) is not None and value == value]
            for rows in groups
        ]
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column([row for rows in groups for row in rows], [column]) from error
