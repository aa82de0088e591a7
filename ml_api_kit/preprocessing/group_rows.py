"""The verb `group_rows`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.preprocessing.keys import Order, check_order, grouped, ordered_keys
from ml_api_kit.preprocessing.rows import AnyRow, Column


def group_rows(
    rows: Iterable[AnyRow],
    by: Column | Iterable[Column],
    *,
    order: Order = "first-seen",
    is_missing_kept: bool = False,
) -> dict[Any, list[AnyRow]]:
    """The rows of each value of the column `by`, in their order; the rows themselves, not copies.

    For several columns the keys are tuples, as they are for a list of one column. A row with a
    missing value in one of them is in no group; where missing keys are kept it is in that of None,
    which comes last where groups are "sorted".

    Replaces `for key, group in frame.groupby(by, sort=..., dropna=...)`. It departs from it in the
    order, which pandas sorts unless told otherwise.

    Raises PreprocessingError: when a row has no such column, or holds a list or a dict there, keys
        cannot be sorted, or `order` is something else.

    >>> group_rows([["B", 1], ["A", 2], ["B", 3], [None, 4]], 0)
    {'B': [['B', 1], ['B', 3]], 'A': [['A', 2]]}
    """
    check_order(order)
    by = by if isinstance(by, (str, int)) else list(by)
    groups = grouped(list(rows), by, "group_rows")
    keys = ordered_keys(groups, by, order=order, is_missing_kept=is_missing_kept)
    if order == "first-seen" and len(keys) == len(groups):
        return dict(groups)
    return {key: groups[key] for key in keys}
