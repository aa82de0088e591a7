"""The verb `learn_group_values`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any, TypeAlias

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.group_columns import group_columns
from ml_api_kit.preprocessing.rows import AnyRow, Column, key_error, to_columns

GroupTable: TypeAlias = Mapping[str, Any]
"""What was learned: the columns `by`, and `values`, each a list of a group's key and its value."""


def learn_group_values(
    rows: Iterable[AnyRow], by: Column | Iterable[Column], column: Column, how: str
) -> dict[str, Any]:
    """A table of one value for each group of the training rows, which JSON can hold.

    `how` makes it of the column's values in the group, as in `aggregate_groups`. The table is what
    `put_group_values` and `fill_group_values` take for the rows of a request, whose own groups are
    mostly of one row and would give other values.

    Replaces, with them, `frame.groupby(by)[column].transform(how)`.

    Raises PreprocessingError: when `aggregate_groups` does.

    >>> learn_group_values([["B", 1], ["A", 3], ["B", 2]], 0, 1, "mean")
    {'by': [0], 'values': [['B', 1.5], ['A', 3.0]]}
    """
    columns = to_columns(by)
    key = columns[0] if len(columns) == 1 else columns
    values = group_columns(list(rows), key, [(column, how)])
    return {"by": columns, "values": [list(row) for row in zip(*values, strict=True)]}


def group_values(rows: Sequence[Any], table: GroupTable, *, otherwise: Any) -> list[Any]:
    """The value of each row's group, `otherwise` where its key is missing or was never seen.

    Raises PreprocessingError: when a row lacks a column of the key or holds a list or a dict there,
        or the table is none that was learned.

    >>> table = {"by": ["school"], "values": [["B", 1.5]]}
    >>> group_values([{"school": "B"}, {"school": None}], table, otherwise=0)
    [1.5, 0]
    """
    columns, values = _lookup(table)
    # Missing keys need not be made equal first, since the table has none of them.
    parts = [map(itemgetter(column), rows) for column in columns]
    keys = parts[0] if len(columns) == 1 else zip(*parts, strict=True)
    try:
        return list(map(values.get, keys, repeat(otherwise)))
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(rows, columns, "a table of groups") from error


def _lookup(table: GroupTable) -> tuple[list[Column], dict[Any, Any]]:
    """The columns of the key, and the values by key: plain for one column, else tuples."""
    try:
        columns = list(table["by"])
        if len(columns) == 1:
            return columns, dict(table["values"])
        return columns, {tuple(key): value for *key, value in table["values"]}
    except (KeyError, TypeError, ValueError) as error:
        raise PreprocessingError(
            "The table of groups is none that learn_group_values made: it has to hold the columns "
            "'by', and 'values', a list of a key and its value for each group."
        ) from error
