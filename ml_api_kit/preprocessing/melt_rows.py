"""The verb `melt_rows`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import Column, to_columns, unknown_column
from ml_api_kit.preprocessing.tables import check_names, table_columns


def melt_rows(
    rows: Iterable[dict[str, Any]],
    id_vars: Column | Iterable[Column] = (),
    *,
    value_vars: Column | Iterable[Column] | None = None,
    var_name: str = "variable",
    value_name: str = "value",
) -> list[dict[str, Any]]:
    """A row for each value of the columns `value_vars`, all of the first column before the next.

    It has the columns `id_vars` of the row the value comes from, then the name of its column as
    `var_name` and the value as `value_name`. Where `value_vars` is None they are all the columns
    that are no `id_vars`, and every row has to have all of them. Missing values make rows too.

    Replaces `frame.melt(id_vars=..., value_vars=..., var_name=..., value_name=...)`. It departs
    from it in that values of different types stay as they are.

    Raises PreprocessingError: when a row is a list or lacks a column, a column is melted and kept,
        or a new one has the name of another.

    >>> melt_rows([{"name": "A", "item_1": 1, "item_2": 0}], "name", var_name="item")
    [{'name': 'A', 'item': 'item_1', 'value': 1}, {'name': 'A', 'item': 'item_2', 'value': 0}]
    """
    rows = list(rows)
    check_names(rows[:1])
    ids = to_columns(id_vars)
    if value_vars is None:
        melted = [column for column in table_columns(rows) if column not in ids]
    else:
        melted = to_columns(value_vars)
    _check_names(ids, melted, [var_name, value_name])
    try:
        return _melted(rows, ids, melted, var_name, value_name)
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, [*ids, *melted]) from error


def _melted(
    rows: Sequence[dict[str, Any]],
    ids: Sequence[str],
    melted: Sequence[str],
    var_name: str,
    value_name: str,
) -> list[dict[str, Any]]:
    values = ((column, map(itemgetter(column), rows)) for column in melted)
    if len(ids) == 1:
        name = ids[0]
        kept = [row[name] for row in rows]
        return [
            {name: one, var_name: column, value_name: value}
            for column, given in values
            for one, value in zip(kept, given, strict=True)
        ]
    names = [*ids, var_name, value_name]
    keys = [[row[name] for row in rows] for name in ids]
    return [
        dict(zip(names, parts, strict=True))
        for column, given in values
        for parts in zip(*keys, [column] * len(rows), given, strict=True)
    ]


def _check_names(ids: Sequence[str], melted: Sequence[str], new: Sequence[str]) -> None:
    both = [column for column in melted if column in ids]
    if both:
        raise PreprocessingError(
            f"The column {both[0]!r} is to be kept and to be melted. Name it once."
        )
    made = [*ids, *new]
    if len(set(made)) != len(made):
        twice = next(name for name in made if made.count(name) > 1)
        raise PreprocessingError(
            f"Two columns would have the name {twice!r}. Give another var_name or value_name, and "
            "each id column once."
        )
