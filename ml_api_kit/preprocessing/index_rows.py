"""The verb `index_rows`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml_api_kit.preprocessing.keys import row_keys
from ml_api_kit.preprocessing.rows import Column, to_columns, unhashable_key
from ml_api_kit.preprocessing.tables import table_columns


@dataclass(frozen=True, slots=True)
class RowIndex:
    """A table whose rows are found by their keys, as `index_rows` makes it.

    A key is a value where there is one column `on`, else a tuple; what is missing is None.

    Attributes:
        on: the columns of the key.
        columns: the names of all columns of the table.
        rows: the rows, in their order.
        keys: the key of each row.
        one: the row of each key, or None where a key has several.
        many: the rows of each key, where a key has several.
    """

    on: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[dict[str, Any]]
    keys: Sequence[Any]
    one: Mapping[Any, dict[str, Any]] | None
    many: Mapping[Any, Sequence[dict[str, Any]]]


def index_rows(rows: Iterable[dict[str, Any]], on: Column | Iterable[Column]) -> RowIndex:
    """The table with an index of the columns `on`, for `join_rows` to use again and again.

    It holds what joining has to know of the table on the right. Make it of a frozen table when the
    model is loaded, and join the rows of every request to it. The rows in it are those given, not
    copies, so do not change them.

    Raises PreprocessingError: when a row is a list, has no such column, or holds a list or a dict
        there.

    >>> schools = index_rows([{"school": "A", "size": 200}], "school")
    >>> schools.one
    {'A': {'school': 'A', 'size': 200}}
    """
    rows = list(rows)
    columns = table_columns(rows)
    names = to_columns(on)
    keys = row_keys(rows, names[0] if len(names) == 1 else names)
    try:
        one = dict(zip(keys, rows, strict=True))
    except TypeError as error:
        raise unhashable_key(rows, names, "index_rows") from error
    if len(one) == len(rows):
        return RowIndex(names, columns, rows, keys, one, {})
    return RowIndex(names, columns, rows, keys, None, rows_by_key(keys, rows))


def rows_by_key(
    keys: Iterable[Any], rows: Iterable[dict[str, Any]]
) -> dict[Any, list[dict[str, Any]]]:
    """The rows of each key, in their order.

    >>> rows_by_key([1, 2, 1], [{"a": 1}, {"a": 2}, {"a": 3}])
    {1: [{'a': 1}, {'a': 3}], 2: [{'a': 2}]}
    """
    groups: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
    for key, row in zip(keys, rows, strict=True):
        groups[key].append(row)
    return dict(groups)
