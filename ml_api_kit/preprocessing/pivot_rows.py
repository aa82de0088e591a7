"""The verb `pivot_rows`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.group_columns import group_columns
from ml_api_kit.preprocessing.keys import Order, check_order, ordered_keys, row_keys
from ml_api_kit.preprocessing.rows import Column, column_values, to_columns, unhashable_key
from ml_api_kit.preprocessing.tables import check_names


def pivot_rows(
    rows: Iterable[dict[str, Any]],
    *,
    index: Column | Iterable[Column],
    columns: Column,
    values: Column,
    how: str | None = None,
    categories: Sequence[Any] | None = None,
    fill_value: Any = None,
    order: Order = "first-seen",
) -> list[dict[str, Any]]:
    """A row for each value of the column `index`, or of several, with a column for each category.

    The categories are the values of the column `columns`, and the new columns hold those of the
    column `values`: the one that there is, or what `how` makes of several, as in
    `aggregate_groups`. A cell without a value holds `fill_value`. A row that is missing a value in
    `index` or `columns` is left out.

    Give the `categories` of the training data for the rows of a request, which would otherwise
    decide by themselves which columns there are; values of others are left out. Otherwise, rows and
    columns are in the order in which they are first seen, or "sorted".

    Replaces `frame.pivot(index=..., columns=..., values=...)`, and with `how`
    `frame.pivot_table(index=..., columns=..., values=..., aggfunc=how)`. It departs from them in
    the order, which pandas sorts, in keeping rows and columns without any value, which
    `pivot_table` drops, and in leaving out missing keys, which `pivot` keeps.

    Raises PreprocessingError: when a row is a list, lacks a column, or holds a list or a dict in a
        key, `how` is None and a cell has several values, a category has the name of a column of the
        `index`, what is to be sorted has no order, or `how` or `order` is something else.

    >>> answers = [{"name": "A", "item": 1, "is_right": 1}, {"name": "B", "item": 2, "is_right": 0}]
    >>> pivot_rows(answers, index="name", columns="item", values="is_right")
    [{'name': 'A', 1: 1, 2: None}, {'name': 'B', 1: None, 2: 0}]
    """
    check_order(order)
    rows = list(rows)
    check_names(rows[:1])
    by: list[str] = to_columns(index)
    cells = _cells(rows, by, columns, values, how)
    try:
        if how is None:
            _check_single(cells, columns)
        keys = ordered_keys(dict.fromkeys(cells.keys), by, order=order, is_missing_kept=False)
        if categories is None:
            found = dict.fromkeys(cells.categories)
            categories = ordered_keys(found, columns, order=order, is_missing_kept=False)
    except TypeError as error:
        raise unhashable_key(rows, [*by, columns], "pivot_rows") from error
    taken = [name for name in by if name in categories]
    if taken:
        raise PreprocessingError(
            f"A category of {columns!r} has the name of the column {taken[0]!r}; rename that first."
        )
    return _pivoted(cells, by, keys, categories, fill_value)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The values, each with the key of its row and the category of its column; none is missing."""

    keys: Sequence[tuple[Any, ...]]
    categories: Sequence[Any]
    values: Sequence[Any]


def _cells(
    rows: Sequence[dict[str, Any]],
    by: Sequence[Column],
    columns: Column,
    values: Column,
    how: str | None,
) -> _Cells:
    if how is not None:
        *parts, found, made = group_columns(rows, [*by, columns], [(values, how)])
        return _Cells(list(zip(*parts, strict=True)), found, made)
    given = column_values(rows, [columns, values])
    cells = [
        cell
        for cell in zip(row_keys(rows, by), *given, strict=True)
        if cell[1] is not None and None not in cell[0]
    ]
    keys, categories, present = zip(*cells, strict=True) if cells else ((), (), ())
    return _Cells(keys, categories, present)


def _check_single(cells: _Cells, columns: Column) -> None:
    counts = Counter(zip(cells.keys, cells.categories, strict=True))
    if len(counts) == len(cells.keys):
        return
    (key, category), count = counts.most_common(1)[0]
    raise PreprocessingError(
        f"There are {count} values of {', '.join(map(repr, key))} for {columns!r} {category!r}. "
        'Say how to make one of them, such as how="mean", or drop the duplicates first.'
    )


def _pivoted(
    cells: _Cells,
    by: Sequence[str],
    keys: Sequence[tuple[Any, ...]],
    categories: Sequence[Any],
    fill_value: Any,
) -> list[dict[str, Any]]:
    blank = dict.fromkeys(categories, fill_value)
    made = {key: {**dict(zip(by, key, strict=True)), **blank} for key in keys}
    for key, category, value in zip(cells.keys, cells.categories, cells.values, strict=True):
        # A value of a category that is not frozen has no column, and a missing one is filled.
        if category in blank and value is not None:
            made[key][category] = value
    return list(made.values())
