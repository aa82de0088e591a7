"""The verb `fill_group_values`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.preprocessing.learn_group_values import GroupTable, group_values
from ml_api_kit.preprocessing.rows import AnyRow, Column, column_values


def fill_group_values(
    rows: Iterable[AnyRow], table: GroupTable, column: Column, *, otherwise: Any = None
) -> list[AnyRow]:
    """The rows as copies in which a missing value of `column` is that of the row's group.

    A row whose key is missing, or was not seen when the table was learned, gets `otherwise`. None
    and NaN are missing.

    Replaces `frame[column] = frame[column].fillna(frame.groupby(by)[column].transform(how))`, with
    the values that `learn_group_values` froze.

    Raises PreprocessingError: when a row lacks the column or one of the key, or the table was not
        learned.

    >>> table = {"by": ["school"], "values": [["B", 1.5], ["A", 3.0]]}
    >>> fill_group_values([{"school": "A", "score": None}], table, "score")
    [{'school': 'A', 'score': 3.0}]
    """
    rows = list(rows)
    present = column_values(rows, [column])[0]
    values = group_values(rows, table, otherwise=otherwise)
    copies = [row.copy() for row in rows]
    for place, value in enumerate(present):
        if value is None:
            copies[place][column] = values[place]  # type: ignore[index]
    return copies
