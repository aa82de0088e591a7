"""The verb `sort_rows`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.row_order import row_order
from ml_api_kit.preprocessing.rows import AnyRow, Column, column_values, to_columns


def sort_rows(
    rows: Iterable[AnyRow],
    by: Column | Iterable[Column],
    *,
    ascending: bool | Sequence[bool] = True,
    na_position: Literal["first", "last"] = "last",
) -> list[AnyRow]:
    """The rows in the order of the column `by`, or of several; the rows themselves, not copies.

    `ascending` is one for all columns, or one for each. Rows with a missing value in a column come
    last of all, or first, whether it is ascending or not. Rows that are equal stay in their order.

    Replaces `frame.sort_values(by, ascending=..., na_position=..., kind="stable")`. It departs from
    it in that it is always stable, which pandas is only on request.

    Raises PreprocessingError: when a row has no such column, a column holds values that have no
        order, such as 1 and "a", `ascending` has another length than `by`, or `na_position` is
        something else.

    >>> rows = [{"name": "A", "score": 1}, {"name": "B", "score": None}, {"name": "C", "score": 3}]
    >>> [row["name"] for row in sort_rows(rows, "score", ascending=False)]
    ['C', 'A', 'B']
    """
    if na_position not in ("first", "last"):
        raise PreprocessingError(f"na_position is {na_position!r}; it may be 'first' or 'last'.")
    columns = to_columns(by)
    directions = [ascending] * len(columns) if isinstance(ascending, bool) else list(ascending)
    if len(directions) != len(columns):
        raise PreprocessingError(
            f"ascending has {len(directions)} values for {len(columns)} columns. Give one for each,"
            " or one True or False for all."
        )
    rows = list(rows)
    places = row_order(
        column_values(rows, columns),
        columns,
        is_ascending=directions,
        is_missing_first=na_position == "first",
    )
    return [rows[place] for place in places]
