"""JSON documents: read, written in BigQuery's normal form, and made from values of SQL."""

from __future__ import annotations

import base64
import json
import math
import re
from decimal import Decimal
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_text import (
    datetime_text,
    time_text,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind, kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.numerics import from_big, number_text
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.plain_text import micros_of, scalar_text
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import from_micros

_WIDE = 2**53


class Raw(float):
    """A number of a document that keeps the text it was written with."""

    text: str

    def __new__(cls, text: str) -> Raw:
        """Read the number."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Of a name that is there twice the first counts.
    result: dict[str, Any] = {}
    for name, value in pairs:
        result.setdefault(name, value)
    return result


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise ValueError("a name that is there twice")
    return result


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def parse(text: str) -> Any:
    """The document of a text.

    Raises ValueError: when it is no JSON.
    """
    return json.loads(text, object_pairs_hook=_pairs, parse_float=Raw, parse_constant=_no_constant)


def parse_unique(text: str) -> Any:
    """The document of a text in whose strings line breaks may stand.

    Raises ValueError: when it is no JSON, or a name is there twice.
    """
    return json.loads(
        text,
        object_pairs_hook=_unique_pairs,
        parse_float=Raw,
        parse_constant=_no_constant,
        strict=False,
    )


def float_json(value: float) -> str:
    """The shortest text that gives the number back, as JSON documents spell it."""
    if value == int(value) and abs(value) < 1e15:
        text = str(int(value))
        return f"{text}.0" if not (value == 0 and math.copysign(1, value) < 0) else "-0.0"
    text = repr(float(value))
    return re.sub(r"e([+-])0?(\d)$", r"e\g<1>0\2", text)


def dump(value: Any, *, is_sorted: bool = True, indent: int | None = None) -> str:
    """The document as text: names in order, no spaces."""
    return "".join(_pieces(value, is_sorted, indent, 0))


def _pieces(value: Any, is_sorted: bool, indent: int | None, depth: int) -> list[str]:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode()) if is_sorted else list(value)
        colon = ":" if indent is None else ": "
        items = [
            quoted(name) + colon + "".join(_pieces(value[name], is_sorted, indent, depth + 1))
            for name in names
        ]
        return ["{", _joined(items, indent, depth), "}"]
    if isinstance(value, list):
        items = ["".join(_pieces(item, is_sorted, indent, depth + 1)) for item in value]
        return ["[", _joined(items, indent, depth), "]"]
    return [_scalar(value)]


def _joined(items: list[str], indent: int | None, depth: int) -> str:
    if indent is None or not items:
        return ",".join(items)
    pad = " " * indent * (depth + 1)
    inner = ",\n".join(pad + item for item in items)
    return f"\n{inner}\n{' ' * indent * depth}"


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, float):
        return float_json(value)
    return str(value)


def quoted(text: str) -> str:
    """The text as a string of JSON."""
    escaped = json.dumps(text, ensure_ascii=False)
    return escaped.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def normal_json(text: str) -> str:
    """The document of a JSON value in its normal form."""
    return dump(parse(text))


def pretty_json(text: str) -> str:
    """The document of a JSON value on several lines."""
    return dump(parse(text), indent=2)


def _checked(value: Any, mode: str, text: str) -> Any:
    """The document with its numbers as BigQuery keeps them.

    Raises SqlError: when a number would change, and the mode is exact.
    """
    if isinstance(value, dict):
        return {name: _checked(item, mode, text) for name, item in value.items()}
    if isinstance(value, list):
        return [_checked(item, mode, text) for item in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if isinstance(value, int):
        if -(2**63) <= value < 2**64:
            return value
        return _wide(str(value), float(value), mode)
    if isinstance(value, Raw):
        if math.isinf(value):
            raise SqlError(
                f"Input number: {value.text} cannot round-trip through string representation"
            )
        if mode == "exact" and Decimal(value.text) != Decimal(repr(float(value))):
            return _wide(value.text, float(value), mode)
        return float(value)
    return value


def _wide(text: str, value: float, mode: str) -> float:
    if mode == "exact" and Decimal(text) != Decimal(repr(value)):
        raise SqlError(f"Input number: {text} cannot round-trip through string representation")
    return value


@scalar("bq_parse_json", "JSON", takes_nulls=True)
def parse_json(text: str | None, mode: str | None = "exact") -> str | None:
    """PARSE_JSON."""
    if text is None:
        return None
    chosen = mode or "exact"
    if chosen not in ("exact", "round"):
        raise SqlError(f"Invalid `wide_number_mode` specified: {chosen}")
    try:
        document = parse(text)
    except (ValueError, RecursionError) as error:
        raise SqlError(f"Invalid input to PARSE_JSON: {error}") from error
    return dump(_checked(document, chosen, text))


def to_document(value: Any, kind: Kind, *, is_stringified: bool = False) -> Any:
    """The document that TO_JSON makes of a value."""
    if value is None:
        return None
    name = kind.name
    if name == "ARRAY":
        return [to_document(item, kind.element, is_stringified=is_stringified) for item in value]
    if name == "STRUCT":
        return {
            field: to_document(item, inner, is_stringified=is_stringified)
            for item, (field, inner) in zip(value.values(), kind.fields, strict=True)
        }
    if name in ("BOOL", "STRING"):
        return value
    if name == "INT64":
        return str(value) if is_stringified and abs(value) > _WIDE else int(value)
    if name == "FLOAT64":
        if math.isfinite(value):
            return float(value)
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if name in ("NUMERIC", "BIGNUMERIC"):
        return _decimal(from_big(value) if name == "BIGNUMERIC" else value, is_stringified)
    if name == "JSON":
        return _checked(parse(value), "round", value)
    return _text_of(value, kind)


def _decimal(number: Decimal, is_stringified: bool) -> Any:
    if is_stringified and Decimal(repr(float(number))) != number:
        return number_text(number)
    if number == number.to_integral_value() and abs(number) < 2**63:
        return int(number)
    return float(number)


def _text_of(value: Any, kind: Kind) -> str:
    if kind.name == "BYTES":
        return base64.b64encode(value).decode()
    if kind.name == "DATETIME":
        return datetime_text(value, "T")
    if kind.name == "TIMESTAMP":
        return datetime_text(from_micros(micros_of(value)), "T") + "Z"
    if kind.name == "TIME":
        return time_text(value)
    if kind.name == "INTERVAL":
        return _iso_interval(value)
    if kind.name.startswith("RANGE"):
        raise Refusal("a RANGE as JSON")
    return scalar_text(value, kind)


def _iso_interval(value: Any) -> str:
    """The interval as ISO 8601 has it, `P1Y2M3DT4H5M6.5S`, from its text."""
    if not isinstance(value, str):
        raise Refusal("an INTERVAL within an array or struct as JSON")
    months, days, clock = value.split(" ")
    dated = [*_numbers(months, "-", "YM"), *_numbers(days, " ", "D")]
    timed = _numbers(clock, ":", "HMS")
    return f"P{''.join(dated)}{'T' * bool(timed)}{''.join(timed)}" if dated or timed else "P0Y"


def _numbers(text: str, separator: str, units: str) -> list[str]:
    sign = "-" if text.startswith("-") else ""
    numbers = zip(text.removeprefix("-").split(separator), units, strict=True)
    return [f"{sign}{_trimmed(number)}{unit}" for number, unit in numbers if number.strip("0.")]


def _trimmed(number: str) -> str:
    return number.rstrip("0") if "." in number else number


@scalar("bq_to_json", "JSON", takes_nulls=True)
def to_json(types: list[str], value: Any, is_stringified: Any = None) -> str:
    """TO_JSON."""
    return dump(to_document(value, kind_of(types[0]), is_stringified=bool(is_stringified)))


@scalar("bq_to_json_string", "VARCHAR", takes_nulls=True)
def to_json_string(types: list[str], value: Any, is_pretty: Any = None) -> str:
    """TO_JSON_STRING: fields in the order of the struct."""
    kind = kind_of(types[0])
    return _written(value, kind, 2 if is_pretty else None, 0)


def _written(value: Any, kind: Kind, indent: int | None, depth: int) -> str:
    if value is None:
        return "null"
    if kind.name == "ARRAY":
        items = [_written(item, kind.element, indent, depth + 1) for item in value]
        return "[" + _joined(items, indent, depth) + "]"
    if kind.name == "STRUCT":
        colon = ":" if indent is None else ": "
        fields = zip(value.values(), kind.fields, strict=True)
        items = [
            quoted(name) + colon + _written(item, inner, indent, depth + 1)
            for item, (name, inner) in fields
        ]
        return "{" + _joined(items, indent, depth) + "}"
    if kind.name == "JSON":
        return "".join(_pieces(_checked(parse(value), "round", value), True, indent, depth))
    if kind.name == "INT64":
        return f'"{value}"' if abs(value) > _WIDE else str(value)
    if kind.name == "FLOAT64" and math.isfinite(value):
        return "0" if value == 0 else float_json(value).removesuffix(".0")
    if kind.name in ("NUMERIC", "BIGNUMERIC"):
        number = from_big(value) if kind.name == "BIGNUMERIC" else value
        text = number_text(number)
        is_whole = number == number.to_integral_value() and abs(number) <= _WIDE
        return text if is_whole else f'"{text}"'
    return dump(to_document(value, kind), is_sorted=False)


@scalar("bq_typeof", "VARCHAR", takes_nulls=True)
def type_of(types: list[str], value: Any) -> str:
    """TYPEOF."""
    return kind_of(types[0]).spelled()
