"""The verb `fill_backward`."""

from __future__ import annotations

from collections.abc import Iterable

from ml_api_kit.preprocessing.carried import carried_rows
from ml_api_kit.preprocessing.rows import AnyRow, Column


def fill_backward(
    rows: Iterable[AnyRow],
    *,
    columns: Column | Iterable[Column] | None = None,
    limit: int | None = None,
) -> list[AnyRow]:
    """The rows as copies in which a missing value is the nearest one after it in its column.

    In the named `columns` only, or in all where that is None. Of missing values in a row, at most
    `limit` are filled. One that has none after it stays as it is.

    Replaces `frame.bfill(limit=...)`. A request of one row has nothing after it: what fills its
    gaps has to be learned, by `learn_fill`.

    Raises PreprocessingError: when a row lacks a column, has another number of columns than the
        first where `columns` is None, or `limit` is less than 1.

    >>> fill_backward([{"school": None}, {"school": "A"}, {"school": None}])
    [{'school': 'A'}, {'school': 'A'}, {'school': None}]
    """
    return carried_rows(rows, columns, limit, is_backward=True)
