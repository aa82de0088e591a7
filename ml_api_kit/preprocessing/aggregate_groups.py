"""The verb `aggregate_groups`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.group_columns import group_columns
from ml_api_kit.preprocessing.keys import Order
from ml_api_kit.preprocessing.rows import AnyRow, Column, to_columns


def aggregate_groups(
    rows: Iterable[AnyRow],
    by: Column | Iterable[Column],
    aggregates: Mapping[str, tuple[Column, str]],
    *,
    order: Order = "first-seen",
    is_missing_kept: bool = False,
) -> list[AnyRow]:
    """A row for each value of the column `by`, or of several, with what is made of its group.

    `aggregates` maps a new column to the column it is made of, and how: "sum", "mean", "median",
    "min", "max", "count", "size", "nunique", "first", "last", "std" or "var", the last two of a
    sample. Missing values count in "size" alone; an aggregate of none is None, a sum 0. Lists
    become lists: the columns `by`, then the aggregates, in order.

    A row with a missing value in `by` is in no group; where missing keys are kept it is in that of
    None, which comes last where groups are "sorted".

    Replaces `frame.groupby(by, as_index=False).agg(mean_score=("score", "mean"))`. It departs from
    it in the order, which pandas sorts unless told otherwise, in that whole numbers stay whole, and
    in that texts have no sum.

    Raises PreprocessingError: when a row has no such column, or holds a list or a dict in `by`, an
        aggregate is unknown, has the name of a column `by`, or cannot be made of the values, keys
        cannot be sorted, or `order` is something else.

    >>> rows = [{"school": "B", "score": 1}, {"school": "B", "score": 4}]
    >>> aggregate_groups(rows, "school", {"mean": ("score", "mean"), "n": ("score", "size")})
    [{'school': 'B', 'mean': 2.5, 'n': 2}]
    >>> aggregate_groups([["B", 1], ["A", 3], ["B", 4]], 0, {"sum": (1, "sum")}, order="sorted")
    [['A', 3], ['B', 5]]
    """
    columns: list[Column] = to_columns(by)
    taken = [column for column in columns if column in aggregates]
    if taken:
        raise PreprocessingError(
            f"An aggregate has the name of the column {taken[0]!r}; rename it."
        )
    rows = list(rows)
    values = group_columns(
        rows,
        by if isinstance(by, (str, int)) else columns,
        list(aggregates.values()),
        order=order,
        is_missing_kept=is_missing_kept,
    )
    names = [*columns, *aggregates]
    is_dict = bool(rows) and isinstance(rows[0], dict)
    made: list[Any] = [
        dict(zip(names, row, strict=True)) if is_dict else list(row)
        for row in zip(*values, strict=True)
    ]
    return made
