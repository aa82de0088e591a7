"""The verb `assign_columns`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any

from ml_api_kit.preprocessing.added import put_column
from ml_api_kit.preprocessing.rows import AnyRow, Column


def assign_columns(rows: Iterable[AnyRow], columns: Mapping[Column, Any]) -> list[AnyRow]:
    """The rows as copies in which each column of `columns` is what is given for it.

    That is a function of the row, or a value that is the same in all. Columns are made one after
    the other, so that a function finds those before it. A column that is there keeps its place, a
    new one stands behind the others; in lists its position is the number of columns so far.

    Replaces `frame.assign(**columns)`. It departs from it in that a function takes a row, not the
    frame, and that a list is one value: for a list of values use `put_columns`. What a function
    raises is raised. A comprehension is as clear, and quicker, as it calls no function:
    `[{**row, "total": row["a"] + row["b"]} for row in rows]`.

    Raises PreprocessingError: when rows are lists and a column would not be the next.

    >>> assign_columns([{"a": 1, "b": 2}], {"sum": lambda row: row["a"] + row["b"], "unit": "cm"})
    [{'a': 1, 'b': 2, 'sum': 3, 'unit': 'cm'}]
    """
    rows = list(rows)
    copies: list[Any] = [row.copy() for row in rows]
    for column, made in columns.items():
        values = map(made, copies) if callable(made) else repeat(made, len(copies))
        put_column(copies, column, values)
    return copies
