"""The verb `fill_group_values`."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from ml_api_kit.preprocessing.learn_group_values import GroupTable, group_values
from ml_api_kit.preprocessing.rows import AnyRow, Column, unknown_column


def fill_group_values(
    rows: Iterable[AnyRow], table: GroupTable, column: Column, *, otherwise: Any = None
) -> list[AnyRow]:
    """The rows as copies in which a missing value of `column` is that of the row's group.

    A row whose key is missing, or was not seen when the table was learned, gets `otherwise`. None
    and NaN are missing.

    Replaces `frame[column] = frame[column].fillna(frame.groupby(by)[column].transform(how))`, with
    the values that `learn_group_values` froze.

    Raises PreprocessingError: when a row lacks the column, or one of the key where that is looked
        up, or the table was not learned.

    >>> table = {"by": ["school"], "values": [["B", 1.5], ["A", 3.0]]}
    >>> fill_group_values([{"school": "A", "score": None}], table, "score")
    [{'school': 'A', 'score': 3.0}]
    """
    rows = list(rows)
    try:
        given = enumerate(map(itemgetter(column), rows))
        missing = [place for place, value in given if value is None or value != value]
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, [column]) from error
    values = group_values([rows[place] for place in missing], table, otherwise=otherwise)
    copies = [row.copy() for row in rows]
    for place, value in zip(missing, values, strict=True):
        copies[place][column] = value  # type: ignore[index]
    return copies
