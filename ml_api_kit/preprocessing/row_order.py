"""The order of rows by the values of their columns, which sorting and sorted groups share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import Column


def row_order(
    values: Sequence[Sequence[Any]],
    columns: Sequence[Column],
    *,
    is_ascending: Sequence[bool],
    is_missing_first: bool = False,
) -> list[int]:
    """The positions of the rows in the order of their values, [columns, rows], the first foremost.

    Missing values are None. Rows that are equal in all columns stay in their order. `columns` are
    the names of the columns, for the error.

    Raises PreprocessingError: when a column holds values that have no order, such as 1 and "a".

    >>> row_order([[2, None, 1, 2], ["b", "c", "d", "a"]], ["n", "s"], is_ascending=[True, True])
    [2, 3, 0, 1]
    """
    order = list(range(len(values[0])))
    # By the last column first: sorting keeps the order of what is equal.
    for column in reversed(range(len(values))):
        given = values[column]
        present = [place for place in order if given[place] is not None]
        missing = (
            [] if len(present) == len(order) else [place for place in order if given[place] is None]
        )
        try:
            present.sort(key=given.__getitem__, reverse=not is_ascending[column])
        except TypeError as error:
            raise _without_order(columns[column], given) from error
        order = missing + present if is_missing_first else present + missing
    return order


def _without_order(column: Column, values: Sequence[Any]) -> PreprocessingError:
    kinds = sorted({type(value).__name__ for value in values if value is not None})
    return PreprocessingError(
        f"Column {column!r} holds values of type {' and '.join(kinds)}, which have no order. Make "
        "them of one type that has, or name other columns."
    )
