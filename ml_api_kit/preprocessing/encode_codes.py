"""The verb `encode_codes`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.map_values import map_column
from ml_api_kit.preprocessing.rows import AnyRow, Column, key_error


def encode_codes(
    rows: Iterable[AnyRow],
    codes: Mapping[Column, Sequence[Any]],
    *,
    unknown: Any = -1,
    is_strict: bool = False,
) -> list[AnyRow]:
    """The rows as copies in which values are their positions in their column's list of `codes`.

    A value that the list does not have, a missing one too, is `unknown`, or an error where
    `is_strict`. Values are equal as in Python: 1, 1.0 and True.

    Replaces `pandas.factorize(frame[column])[0]`, and `LabelEncoder.transform`, which is strict,
    with the values that `learn_codes` learned.

    Raises PreprocessingError: when a row has no such column, or holds a list or a dict there, or,
        where `is_strict`, a value that has no code.

    >>> encode_codes([{"fuel": "gas"}, {"fuel": None}], {"fuel": ["oil", "gas"]})
    [{'fuel': 1}, {'fuel': -1}]
    """
    rows = list(rows)
    copies: list[Any] = [row.copy() for row in rows]
    for column, values in codes.items():
        table = {value: code for code, value in enumerate(values)}
        try:
            map_column(copies, column, table, None if is_strict else unknown)
        except (KeyError, IndexError, TypeError) as error:
            raise key_error(rows, [column], "encode_codes") from error
        if is_strict:
            _check(rows, copies, column, values)
    return copies


def _check(rows: list[Any], made: list[Any], column: Column, values: Sequence[Any]) -> None:
    for index, row in enumerate(made):
        if row[column] is None:
            shown = ", ".join(map(repr, values[:5])) + (", ..." if len(values) > 5 else "")
            raise PreprocessingError(
                f"Row {index}, column {column!r}: {rows[index][column]!r} has no code; those that "
                f"have one are {shown}."
            )
