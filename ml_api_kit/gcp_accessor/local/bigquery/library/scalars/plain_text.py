"""Any value as text: as CAST and FORMAT's %t spell it, and as the constant that %T writes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_text import (
    date_text,
    datetime_text,
    time_text,
    timestamp_text,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.intervals import interval_text
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind, kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.numerics import (
    float_text,
    from_big,
    number_text,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import EPOCH


def micros_of(value: dt.datetime) -> int:
    """The microseconds from 1970 to a moment."""
    return (value.replace(tzinfo=None) - EPOCH) // dt.timedelta(microseconds=1)


def interval_of(value: Any) -> str:
    """The text of an INTERVAL, which comes here as the struct of its parts or as its text."""
    if isinstance(value, dict):
        return interval_text(value["m"], value["d"], value["u"])
    if isinstance(value, str):
        return value
    raise Refusal("an INTERVAL within an array or struct as text")


def scalar_text(value: Any, kind: Kind) -> str:
    """The text of a value that is no array and no struct."""
    name = kind.name
    if name == "BOOL":
        return "true" if value else "false"
    if name == "FLOAT64":
        return float_text(value)
    if name == "NUMERIC":
        return number_text(value)
    if name == "BIGNUMERIC":
        return number_text(from_big(value))
    if name == "DATE":
        return str(date_text(value))
    if name == "TIME":
        return time_text(value)
    if name == "DATETIME":
        return datetime_text(value)
    if name == "TIMESTAMP":
        return timestamp_text(micros_of(value))
    if name == "INTERVAL":
        return interval_of(value)
    if name == "JSON":
        from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_values import normal_json

        return normal_json(value)
    if name.startswith("RANGE"):
        start, end = value.values()
        bounds = [
            "UNBOUNDED" if bound is None else scalar_text(bound, kind.fields[0][1])
            for bound in (start, end)
        ]
        return f"[{bounds[0]}, {bounds[1]})"
    return str(value)


def leaf_texts(value: Any, duckdb_type: str) -> Iterator[str | None]:
    """The texts of all parts of a value, None for NULL ones."""
    yield from _leaves(value, kind_of(duckdb_type))


def _leaves(value: Any, kind: Kind) -> Iterator[str | None]:
    if value is None:
        yield None
    elif kind.name == "ARRAY":
        for item in value:
            yield from _leaves(item, kind.element)
    elif kind.name == "STRUCT":
        for item, (_, field) in zip(value.values(), kind.fields, strict=True):
            yield from _leaves(item, field)
    else:
        yield scalar_text(value, kind)


def printed(value: Any, kind: Kind) -> str:
    """The value as FORMAT's %t prints it."""
    if value is None:
        return "NULL"
    if kind.name == "ARRAY":
        return "[" + ", ".join(printed(item, kind.element) for item in value) + "]"
    if kind.name == "STRUCT":
        fields = zip(value.values(), kind.fields, strict=True)
        return "(" + ", ".join(printed(item, field) for item, (_, field) in fields) + ")"
    if kind.name == "FLOAT64":
        return _float(value)
    if kind.name == "BYTES":
        return _escaped(value.decode("latin-1"), "", is_bytes=True)
    return scalar_text(value, kind)


def _float(value: float) -> str:
    if value == 0 and math.copysign(1, value) < 0:
        return "-0.0"
    text = float_text(value)
    return text if not math.isfinite(value) or any(c in text for c in ".e") else f"{text}.0"


def literal(value: Any, kind: Kind) -> str:
    """The value as the constant that FORMAT's %T prints."""
    if value is None:
        return "NULL"
    name = kind.name
    if name == "ARRAY":
        return "[" + ", ".join(literal(item, kind.element) for item in value) + "]"
    if name == "STRUCT":
        items = [
            literal(item, field)
            for item, (_, field) in zip(value.values(), kind.fields, strict=True)
        ]
        return ("STRUCT(" if len(items) == 1 else "(") + ", ".join(items) + ")"
    if name == "STRING":
        return _escaped(value, _quote(value))
    if name == "BYTES":
        text = value.decode("latin-1")
        return "b" + _escaped(text, _quote(text), is_bytes=True)
    if name == "FLOAT64":
        text = _float(value)
        return text if math.isfinite(value) else f'CAST("{text}" AS FLOAT64)'
    if name in ("DATE", "DATETIME", "TIME", "TIMESTAMP", "NUMERIC", "BIGNUMERIC"):
        return f'{name} "{scalar_text(value, kind)}"'
    if name == "INTERVAL":
        return f'INTERVAL "{interval_of(value)}" YEAR TO SECOND'
    if name == "JSON":
        text = scalar_text(value, kind)
        return f"JSON {_escaped(text, _quote(text))}"
    if name.startswith("RANGE"):
        return f'{name} "{scalar_text(value, kind)}"'
    return scalar_text(value, kind)


def _quote(text: str) -> str:
    return "'" if '"' in text and "'" not in text else '"'


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


def _escaped(text: str, quote: str, *, is_bytes: bool = False) -> str:
    result = ""
    for character in text:
        if quote and character == quote:
            result += "\\" + character
        elif character in _ESCAPES:
            result += _ESCAPES[character]
        elif ord(character) < 32 or (is_bytes and ord(character) > 126):
            result += f"\\x{ord(character):02x}"
        else:
            result += character
    return f"{quote}{result}{quote}"
