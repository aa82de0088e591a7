"""The columns that groups and their aggregates make, before they are rows or a table."""

from __future__ import annotations

from collections.abc import Sequence
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
    groups = grouped(rows, by, "grouping")
    keys = ordered_keys(groups, by, order=order, is_missing_kept=is_missing_kept)
    members = [groups[key] for key in keys]
    values: dict[Column, list[list[Any]]] = {}
    made: list[Sequence[Any]] = _parts(keys, by)
    for column, how in aggregates:
        if column not in values:
            values[column] = _present(members, column)
        if how == "size":
            made.append(list(map(len, members)))
        else:
            made.append(aggregated(values[column], how, column))
    return made


def _parts(keys: list[Any], by: Column | Sequence[Column]) -> list[Sequence[Any]]:
    if isinstance(by, (str, int)):
        return [keys]
    return [[key[place] for key in keys] for place in range(len(by))]


def _present(groups: Sequence[Sequence[Any]], column: Column) -> list[list[Any]]:
    """The values of a column in each group that are not missing."""
    try:
        return [
            [value for row in rows if (value := row[column]) is not None and value == value]
            for rows in groups
        ]
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column([row for rows in groups for row in rows], [column]) from error
