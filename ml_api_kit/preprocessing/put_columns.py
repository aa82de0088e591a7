"""The verb `put_columns`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ml_api_kit.errors import PreprocessingError


def put_columns(
    rows: Iterable[Mapping[Any, Any]], columns: Sequence[Any], values: Any
) -> list[dict[Any, Any]]:
    """The rows with the values of a matrix, [rows, columns], stored under `columns`.

    Columns that are there keep their place, new ones stand behind. Replaces
    `df[columns] = matrix`. `values` is a list of lists, or an array of one or two dimensions.

    Raises PreprocessingError: when there are not as many rows of values as rows, or values as
        columns.

    >>> put_columns([{"a": 1, "b": 2}], ["b"], [[0.5]])
    [{'a': 1, 'b': 0.5}]
    """
    dense = values.toarray() if hasattr(values, "toarray") else values
    matrix = dense.tolist() if hasattr(dense, "tolist") else list(dense)
    lists = [given if isinstance(given, list) else [given] for given in matrix]
    copies = [{**row} for row in rows]
    _check(len(copies), len(columns), lists)
    for place, column in enumerate(columns):
        for copy, given in zip(copies, lists, strict=True):
            copy[column] = given[place]
    return copies


def _check(row_count: int, column_count: int, lists: list[list[Any]]) -> None:
    if len(lists) != row_count:
        raise PreprocessingError(f"There are values for {len(lists)} rows, and {row_count} rows.")
    if set(map(len, lists)) <= {column_count}:
        return
    index, given = next(pair for pair in enumerate(lists) if len(pair[1]) != column_count)
    raise PreprocessingError(
        f"Row {index} is given {len(given)} values for {column_count} columns."
    )
