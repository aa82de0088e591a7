"""The columns that groups and their aggregates make, before they are rows or a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ml_api_kit.preprocessing.aggregates import aggregated
from ml_api_kit.preprocessing.keys import Order, check_order, ordered_keys, row_keys
from ml_api_kit.preprocessing.rows import Column, column_values, to_columns, unhashable_key


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
    keys = row_keys(rows, by)
    try:
        kept = ordered_keys(dict.fromkeys(keys), by, order=order, is_missing_kept=is_missing_kept)
    except TypeError as error:
        raise unhashable_key(rows, to_columns(by), "grouping") from error
    groups: dict[Column, dict[Any, list[Any]]] = {}
    made: list[Sequence[Any]] = _parts(kept, by)
    for column, how in aggregates:
        if column not in groups:
            groups[column] = _grouped(keys, column_values(rows, [column])[0])
        group = groups[column]
        if how == "size":
            made.append([len(group[key]) for key in kept])
        else:
            made.append([aggregated(_present(group[key]), how, column) for key in kept])
    return made


def _parts(keys: list[Any], by: Column | Sequence[Column]) -> list[Sequence[Any]]:
    if isinstance(by, (str, int)):
        return [keys]
    return [[key[place] for key in keys] for place in range(len(by))]


def _grouped(keys: Sequence[Any], values: Sequence[Any]) -> dict[Any, list[Any]]:
    groups: defaultdict[Any, list[Any]] = defaultdict(list)
    for key, value in zip(keys, values, strict=True):
        groups[key].append(value)
    return groups


def _present(values: list[Any]) -> list[Any]:
    return [value for value in values if value is not None] if None in values else values
