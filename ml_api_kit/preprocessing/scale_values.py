"""The verb `scale_values`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import AnyRow, Column, has_column, unknown_column


def scale_values(
    rows: Iterable[AnyRow], scaling: Mapping[Column, Mapping[str, float]]
) -> list[AnyRow]:
    """The rows as copies in which each column's numbers are less its center, divided by its scale.

    `scaling` is what `learn_scaling` learned. Missing values stay as they are.

    Replaces `StandardScaler.transform`, `MinMaxScaler.transform`, and `(frame - mean) / std`.

    Raises PreprocessingError: when a row has no such column, or holds no number there.

    >>> scale_values([{"age": 30}, {"age": None}], {"age": {"center": 20, "scale": 20}})
    [{'age': 0.5}, {'age': None}]
    """
    rows = list(rows)
    copies: list[Any] = [row.copy() for row in rows]
    for column, learned in scaling.items():
        center, scale = learned["center"], learned["scale"]
        try:
            for copy in copies:
                value = copy[column]
                if value is not None:
                    copy[column] = (value - center) / scale
        except (KeyError, IndexError, TypeError) as error:
            raise _error(rows, column) from error
    return copies


def _error(rows: list[Any], column: Column) -> PreprocessingError:
    for index, row in enumerate(rows):
        if not has_column(row, column):
            break
        if row[column] is not None and not isinstance(row[column], (int, float)):
            return PreprocessingError(
                f"Row {index}, column {column!r}: {row[column]!r} is no number. Convert it first, "
                "for example with convert_types."
            )
    return unknown_column(rows, [column])
