"""The verb `put_group_values`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.preprocessing.learn_group_values import GroupTable, group_values
from ml_api_kit.preprocessing.tables import check_names


def put_group_values(
    rows: Iterable[dict[str, Any]], table: GroupTable, column: str, *, otherwise: Any = None
) -> list[dict[str, Any]]:
    """The rows as copies that hold the value of their group, from a learned table, as `column`.

    A column that is there keeps its place, a new one stands behind. A row whose key is missing, or
    was not seen when the table was learned, gets `otherwise`.

    Replaces `frame[column] = frame.groupby(by)[source].transform(how)`, with the values that
    `learn_group_values` froze.

    Raises PreprocessingError: when rows are lists, a row lacks a column of the key or holds a list
        or a dict there, or the table was not learned.

    >>> table = {"by": ["school"], "values": [["B", 1.5], ["A", 3.0]]}
    >>> put_group_values([{"school": "A"}, {"school": "C"}], table, "school_mean")
    [{'school': 'A', 'school_mean': 3.0}, {'school': 'C', 'school_mean': None}]
    """
    rows = list(rows)
    check_names(rows[:1])
    values = group_values(rows, table, otherwise=otherwise)
    return [{**row, column: value} for row, value in zip(rows, values, strict=True)]
