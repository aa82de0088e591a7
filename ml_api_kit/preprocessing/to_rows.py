"""The verb `to_rows`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.row_maker import name_values


def to_rows(values: Iterable[Sequence[Any]], columns: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of a two-dimensional list as mappings from the names of the `columns` to the values.

    Replaces `pandas.DataFrame(values, columns=columns)`. It departs from it in that no name may be
    there twice, and values stay as they are: None stays None, whole numbers stay whole.

    Raises PreprocessingError: when a name is there twice, or a row has another number of values.

    >>> to_rows([["A", 1], ["B", None]], ["name", "score"])
    [{'name': 'A', 'score': 1}, {'name': 'B', 'score': None}]
    """
    names = list(columns)
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise PreprocessingError(f"The column {twice!r} is named twice. Give each its own name.")
    lists = list(values)
    try:
        return name_values(lists, names)
    except ValueError as error:
        index = next(index for index, row in enumerate(lists) if len(row) != len(names))
        raise PreprocessingError(
            f"Row {index} has {len(lists[index])} values for {len(names)} columns "
            f"({', '.join(names)})."
        ) from error
