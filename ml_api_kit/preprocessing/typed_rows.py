"""Values of the types that a table was read with: `typed_rows`, `to_type` and the like."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.missing import is_missing
from ml_api_kit.preprocessing.row_maker import name_values
from ml_api_kit.preprocessing.rows import NEVER_NAN

_MIDNIGHT = "%Y-%m-%d"


def typed_rows(
    rows: Iterable[Mapping[str, Any]], dtypes: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The rows with the columns of `dtypes`, in that order, each value of its column's type.

    The types are named as pandas names them; `object` and `str` leave values as they are. A missing
    number is NaN, any other missing value None. Replaces
    `pandas.DataFrame(rows, columns=list(dtypes)).astype(dtypes)`.

    Raises PreprocessingError: when a value cannot be of its column's type; the error names the row
        and the column.

    >>> typed_rows([{"age": 3, "name": "A"}, {"name": "B"}], {"age": "float64", "name": "str"})
    [{'age': 3.0, 'name': 'A'}, {'age': nan, 'name': 'B'}]
    """
    rows = list(rows)
    if not dtypes:
        return [{} for _ in rows]
    try:
        columns = [_converted(_values(rows, name), dtypes[name]) for name in dtypes]
    except (TypeError, ValueError) as error:
        raise _error(rows, dtypes) from error
    return name_values(zip(*columns, strict=True), list(dtypes))


def _values(rows: list[Mapping[str, Any]], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), rows))
    except KeyError:
        return [row.get(name) for row in rows]


def _converted(values: list[Any], dtype: str) -> list[Any]:
    convert = _converter(dtype)
    # Values that are of their type already are the most frequent, and there is nothing to do.
    if _UNCHANGED.get(convert, _NO_TYPES).issuperset(map(type, values)):
        return values
    return list(map(convert, values))


def to_type(value: Any, dtype: str) -> Any:
    """A value as pandas' type of that name makes it.

    A missing value stays missing: NaN for numbers. Whole numbers are cut off, not rounded.

    Raises ValueError: when the value cannot be of that type.

    >>> to_type("3", "int64"), to_type(2.9, "int64"), to_type(1.0, "str"), to_type(None, "float64")
    (3, 2, '1.0', nan)
    """
    return _converter(dtype)(value)


def to_number(value: Any, *, is_strict: bool = True) -> Any:
    """The number that a text spells: what `pandas.to_numeric` makes of each value.

    An empty text is NaN.

    Raises ValueError: when it is no number; where not `is_strict` that is NaN.

    >>> to_number("12"), to_number("1.5"), to_number("n/a", is_strict=False)
    (12, 1.5, nan)
    """
    if is_missing(value):
        return math.nan
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text:
        return math.nan
    # Python's numbers may hold underscores, and it reads "nan" as one.
    if "_" not in text and text.lower().lstrip("+-") != "nan":
        for kind in (int, float):
            try:
                return kind(text)
            except ValueError:
                continue
    if is_strict:
        raise ValueError(f"{value!r} is no number")
    return math.nan


def to_time(value: Any, pattern: str | None = None, *, is_strict: bool = True) -> datetime | None:
    """The time that a text spells, in ISO 8601 or in the form of `pattern`; None where missing.

    Raises ValueError: when it spells none; where not `is_strict` that is None.

    >>> to_time("2026-11-21T10:30:00").hour, to_time("21/11/2026", "%d/%m/%Y").month
    (10, 11)
    """
    if is_missing(value):
        return None
    if isinstance(value, datetime):
        return value
    try:
        if pattern is None:
            return datetime.fromisoformat(value)
        return datetime.strptime(value, pattern)
    except ValueError:
        if is_strict:
            raise
        return None


@cache
def _converter(dtype: str) -> Callable[[Any], Any]:
    if dtype.startswith("datetime64"):
        return to_time
    base = dtype.lower().rstrip("0123456789")
    return _CONVERTERS.get(base, _as_is)


def _to_float(value: Any) -> float:
    return math.nan if value is None else float(value)


def _to_int(value: Any) -> Any:
    return math.nan if is_missing(value) else int(value)


def _to_text(value: Any) -> Any:
    return None if is_missing(value) else str(value)


def _to_bool(value: Any) -> bool:
    return bool(value)


def _as_is(value: Any) -> Any:
    return None if is_missing(value) else value


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "float": _to_float,
    "int": _to_int,
    "uint": _to_int,
    "bool": _to_bool,
    "str": _to_text,
    "string": _to_text,
}


_NO_TYPES: frozenset[type] = frozenset()
_UNCHANGED: dict[Callable[[Any], Any], frozenset[type]] = {
    _to_float: frozenset({float}),
    _to_int: frozenset({int}),
    _to_text: frozenset({str, type(None)}),
    _to_bool: frozenset({bool}),
    _as_is: NEVER_NAN,
}


def _error(rows: list[Mapping[str, Any]], dtypes: Mapping[str, str]) -> PreprocessingError:
    for place, row in enumerate(rows):
        for name, dtype in dtypes.items():
            try:
                _converter(dtype)(row.get(name))
            except (TypeError, ValueError):
                kind = type(row.get(name)).__name__
                return PreprocessingError(
                    f"Row {place}, column {name!r}: a value of type {kind} cannot be {dtype}."
                )
    raise AssertionError("every value is of its column's type")
