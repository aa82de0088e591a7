"""The verb `fill_forward`."""

from __future__ import annotations

from collections.abc import Iterable

from ml_api_kit.preprocessing.carried import carried_rows
from ml_api_kit.preprocessing.rows import AnyRow, Column


def fill_forward(
    rows: Iterable[AnyRow],
    *,
    columns: Column | Iterable[Column] | None = None,
    limit: int | None = None,
) -> list[AnyRow]:
    """The rows as copies in which a missing value is the nearest one before it in its column.

    In the named `columns` only, or in all where that is None. Of missing values in a row, at most
    `limit` are filled. One that has none before it stays as it is.

    Replaces `frame.ffill(limit=...)`. A request of one row has nothing before it: what fills its
    gaps has to be learned, by `learn_fill`.

    Raises PreprocessingError: when a row lacks a column, has another number of columns than the
        first where `columns` is None, or `limit` is less than 1.

    >>> fill_forward([{"school": "A"}, {"school": None}, {"school": None}], limit=1)
    [{'school': 'A'}, {'school': 'A'}, {'school': None}]
    """
    return carried_rows(rows, columns, limit, is_backward=False)
