"""The verb `convert_types`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import AnyRow, Column, has_column, unknown_column


def convert_types(rows: Iterable[AnyRow], types: Mapping[Column, type | str]) -> list[AnyRow]:
    """The rows as copies in which the values of each column of `types` are of its type.

    A type is `int`, `float`, `str` or `bool`, or its name as pandas writes it, such as "float64".
    Numbers are cut off to whole ones, not rounded. A missing value is NaN among floats and None
    among texts; among truth values None is false, and NaN true, as in Python.

    Replaces `frame.astype(types)`. It departs from it in that the width does not count: float32 is
    as exact as float64, and int8 has no end. To keep missing values among whole numbers, use
    `typed_rows`.

    Raises PreprocessingError: when a row has no such column, a value cannot be of the type, such as
        a missing one among whole numbers, or a type is none of these.

    >>> convert_types([{"age": "41", "paid": 9.5}], {"age": int, "paid": "str"})
    [{'age': 41, 'paid': '9.5'}]
    """
    rows = list(rows)
    converters = {column: _converter(column, kind) for column, kind in types.items()}
    copies: list[Any] = [row.copy() for row in rows]
    try:
        for column, convert in converters.items():
            for copy in copies:
                copy[column] = convert(copy[column])
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise _error(rows, converters, types) from error
    return copies


def _to_float(value: Any) -> float:
    return math.nan if value is None else float(value)


def _to_text(value: Any) -> str | None:
    return None if value is None or value != value else str(value)


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "int": int,
    "float": _to_float,
    "str": _to_text,
    "string": _to_text,
    "bool": bool,
}


def _converter(column: Column, kind: type | str) -> Callable[[Any], Any]:
    name = kind if isinstance(kind, str) else getattr(kind, "__name__", repr(kind))
    base = name.rstrip("0123456789")
    if base not in _CONVERTERS:
        raise PreprocessingError(
            f"The type of column {column!r} is {name!r}; it may be int, float, str or bool."
        )
    return _CONVERTERS[base]


def _error(
    rows: list[Any],
    converters: Mapping[Column, Callable[[Any], Any]],
    types: Mapping[Column, type | str],
) -> PreprocessingError:
    for index, row in enumerate(rows):
        for column, convert in converters.items():
            if not has_column(row, column):
                return unknown_column(rows, converters)
            try:
                convert(row[column])
            except (TypeError, ValueError, OverflowError):
                kind = getattr(types[column], "__name__", types[column])
                return PreprocessingError(
                    f"Row {index}, column {column!r}: {row[column]!r} cannot be {kind}. Fill, "
                    "replace or drop such values first."
                )
    raise AssertionError("every value can be converted")
