"""The verb `join_rows`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, Literal

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.index_rows import RowIndex, index_rows, rows_by_key
from ml_api_kit.preprocessing.join_columns import (
    JoinColumns,
    join_columns,
    join_keys,
    renamed,
)
from ml_api_kit.preprocessing.keys import ordered_keys, row_keys
from ml_api_kit.preprocessing.rows import unhashable_key
from ml_api_kit.preprocessing.tables import table_columns


def join_rows(
    left: Iterable[dict[str, Any]],
    right: Iterable[dict[str, Any]] | RowIndex,
    *,
    on: str | Iterable[str] | None = None,
    left_on: str | Iterable[str] | None = None,
    right_on: str | Iterable[str] | None = None,
    how: Literal["inner", "left", "right", "outer"] = "inner",
    suffixes: tuple[str, str] = ("_x", "_y"),
) -> list[dict[str, Any]]:
    """The rows of two tables put together where their keys are equal, as new rows.

    The key is the columns `on`, or `left_on` and `right_on` where they have different names; both
    are then kept. An index on the right says itself what its key is. `how` says which rows without
    a partner are kept, with None in the other table's columns: none ("inner"), those of the "left"
    or the "right" table, or both ("outer"). Rows are in the order of the left table, for "right" of
    the right one, for "outer" of their keys, missing ones last; the partners of one row are in
    their own order. Columns that both tables have, and that are no key, get the `suffixes`.

    Missing keys are equal to each other, as in pandas and not as in SQL: drop such rows first where
    they should not match.

    Replaces `left.merge(right, on=..., how=..., suffixes=...)`. It departs from it in that a table
    without rows has no columns, that 1 and "1" are simply not equal, where pandas raises, and that
    of two keys that are equal, as 1 and 1.0, the right one is kept as it is.

    Raises PreprocessingError: when a row is a list, lacks a column of the key or holds a list or a
        dict there, the key is not said or has not as many columns on both sides, two columns would
        have one name, the keys of an "outer" join have no order, or `how` is something else.

    >>> students = [{"name": "A", "school": 1}, {"name": "B", "school": 2}]
    >>> join_rows(students, [{"school": 1, "city": "Bonn"}], on="school", how="left")
    [{'name': 'A', 'school': 1, 'city': 'Bonn'}, {'name': 'B', 'school': 2, 'city': None}]
    """
    if how not in ("inner", "left", "right", "outer"):
        raise PreprocessingError(f"how is {how!r}; it may be 'inner', 'left', 'right' or 'outer'.")
    rows = list(left)
    indexed = right.on if isinstance(right, RowIndex) else None
    by, right_by = join_keys(on, left_on, right_on, indexed=indexed)
    index = right if isinstance(right, RowIndex) else index_rows(right, right_by)
    shared = [one for one, other in zip(by, right_by, strict=True) if one == other]
    columns = join_columns(table_columns(rows), index.columns, shared=shared, suffixes=suffixes)
    keys = row_keys(rows, by[0] if len(by) == 1 else by)
    made = renamed(rows, columns.left) if columns.has_new else rows
    try:
        if how in ("inner", "left"):
            return _in_left_order(made, keys, index, columns, is_kept=how == "left")
        groups = rows_by_key(keys, made)
    except TypeError as error:
        raise unhashable_key(rows, by, "join_rows") from error
    if how == "right":
        return _in_right_order(groups, index, columns)
    return _in_key_order(groups, index, columns, by)


def _in_left_order(
    rows: Sequence[dict[str, Any]],
    keys: Sequence[Any],
    index: RowIndex,
    columns: JoinColumns,
    *,
    is_kept: bool,
) -> list[dict[str, Any]]:
    if columns.has_new:
        index = _matching(set(keys), index, columns)
    blank = columns.right_blank if is_kept else None
    if index.one is not None:
        partners = map(index.one.get, keys, repeat(blank))
        return [
            {**row, **partner}
            for row, partner in zip(rows, partners, strict=True)
            if partner is not None
        ]
    groups = map(index.many.get, keys, repeat([] if blank is None else [blank]))
    return [
        {**row, **partner} for row, group in zip(rows, groups, strict=True) for partner in group
    ]


def _matching(keys: set[Any], index: RowIndex, columns: JoinColumns) -> RowIndex:
    """The index of the rows with those keys only, under their new names.

    A request has few rows, and the table they are joined to may have many.
    """
    if index.one is not None:
        found = keys & index.one.keys()
        made = renamed([index.one[key] for key in found], columns.right)
        one = dict(zip(found, made, strict=True))
        return RowIndex(index.on, [], [], [], one, {})
    many = {key: renamed(index.many[key], columns.right) for key in keys & index.many.keys()}
    return RowIndex(index.on, [], [], [], None, many)


def _renamed_right(index: RowIndex, columns: JoinColumns) -> Sequence[dict[str, Any]]:
    return renamed(index.rows, columns.right) if columns.has_new else index.rows


def _in_right_order(
    groups: dict[Any, list[dict[str, Any]]], index: RowIndex, columns: JoinColumns
) -> list[dict[str, Any]]:
    blank = [columns.left_blank]
    partners = _renamed_right(index, columns)
    return [
        {**row, **partner}
        for key, partner in zip(index.keys, partners, strict=True)
        for row in groups.get(key, blank)
    ]


def _in_key_order(
    groups: dict[Any, list[dict[str, Any]]], index: RowIndex, columns: JoinColumns, by: list[str]
) -> list[dict[str, Any]]:
    partners = rows_by_key(index.keys, _renamed_right(index, columns))
    keys = ordered_keys(
        groups | partners, by[0] if len(by) == 1 else by, order="sorted", is_missing_kept=True
    )
    left_blank, right_blank = [columns.left_blank], [columns.right_blank]
    return [
        {**row, **partner}
        for key in keys
        for row in groups.get(key, left_blank)
        for partner in partners.get(key, right_blank)
    ]
