"""The verb `concat_rows`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from ml_api_kit.preprocessing.rows import AnyRow
from ml_api_kit.preprocessing.tables import table_columns


def concat_rows(tables: Iterable[Iterable[AnyRow]]) -> list[AnyRow]:
    """The rows of all tables, one table after the other, as copies that all have all columns.

    The columns stand in the order in which they are first seen; a row that lacks one has None
    there. Of lists, the columns are those of the longest.

    Replaces `pandas.concat(tables, ignore_index=True)`. It departs from it in that whole numbers
    stay whole where a table lacks their column. Where all rows have the same columns
    `list(itertools.chain(*tables))` does it; side by side, which is `axis=1`, tables are put by
    `[{**one, **other} for one, other in zip(rows, others, strict=True)]`.

    Raises PreprocessingError: when some rows are lists and some are dicts.

    >>> concat_rows([[{"name": "A"}], [{"name": "B", "score": 1}]])
    [{'name': 'A', 'score': None}, {'name': 'B', 'score': 1}]
    >>> concat_rows([[["A"]], [["B", 1]]])
    [['A', None], ['B', 1]]
    """
    rows: list[Any] = list(chain.from_iterable(tables))
    if rows and all(isinstance(row, list) for row in rows):
        width = max(map(len, rows))
        return [row + [None] * (width - len(row)) for row in rows]
    blank: Any = dict.fromkeys(table_columns(rows))
    return [blank | row for row in rows]
