"""The verb `put_columns`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def put_columns(
    rows: Iterable[Mapping[Any, Any]], columns: Sequence[Any], values: Any
) -> list[dict[Any, Any]]:
    """The rows with the values of a matrix, [rows, columns], stored under `columns`.

    Columns that are there keep their place, new ones stand behind. Replaces
    `df[columns] = matrix`. `values` is a list of lists, or an array of one or two dimensions.

    Raises ValueError: when there are not as many rows of values as rows, or values as columns.

    >>> put_columns([{"a": 1, "b": 2}], ["b"], [[0.5]])
    [{'a': 1, 'b': 0.5}]
    """
    dense = values.toarray() if hasattr(values, "toarray") else values
    matrix = dense.tolist() if hasattr(dense, "tolist") else list(dense)
    return [
        {**row, **dict(zip(columns, given if isinstance(given, list) else [given], strict=True))}
        for row, given in zip(rows, matrix, strict=True)
    ]
