"""Values of Google's evaluator as the REST answers of BigQuery spell them."""

from __future__ import annotations

import base64
import datetime as dt
from decimal import Context, Decimal
from typing import Any

_SCALARS = {
    "INT64": "INTEGER",
    "INT32": "INTEGER",
    "DOUBLE": "FLOAT",
    "BOOL": "BOOLEAN",
}
_EXACT = Context(prec=100)
_EPOCH = dt.date(1970, 1, 1)
# Parts of an INTERVAL's last four bytes: nanoseconds below a microsecond, months with their sign.
_NANO_BITS, _MONTHS_SHIFT, _MONTHS_SIGN = 0x3FF, 13, 1 << 31


def type_name(kind: Any) -> str:
    """The legacy name of a type, such as INTEGER, `ARRAY<INTEGER>` or `STRUCT<a INTEGER>`."""
    spelled = str(kind.TypeKind_name()) if hasattr(kind, "TypeKind_name") else _kind_name(kind)
    if spelled == "ARRAY":
        return f"ARRAY<{type_name(kind.array_type.element_type)}>"
    if spelled == "STRUCT":
        fields = (f"{f.field_name} {type_name(f.field_type)}" for f in kind.struct_type.field)
        return f"STRUCT<{', '.join(text.strip() for text in fields)}>"
    if spelled == "RANGE":
        return f"RANGE<{type_name(kind.range_type.element_type)}>"
    return _SCALARS.get(spelled, spelled)


def _kind_name(kind: Any) -> str:
    from zetasql.wasi._pb2.zetasql.public import type_pb2

    return str(type_pb2.TypeKind.Name(kind.type_kind)).removeprefix("TYPE_")


def plain_value(value: Any, kind: Any) -> Any:
    """The value: None, a text, a list of these for an array, a tuple for a struct."""
    which = value.WhichOneof("value")
    if which is None:
        return None
    if which == "array_value":
        element = kind.array_type.element_type
        return [plain_value(item, element) for item in value.array_value.element]
    if which == "struct_value":
        fields = zip(value.struct_value.field, kind.struct_type.field, strict=True)
        return tuple(plain_value(item, field.field_type) for item, field in fields)
    if which == "range_value":
        element = kind.range_type.element_type
        bounds = [
            plain_value(bound, element)
            for bound in (value.range_value.start, value.range_value.end)
        ]
        start, end = (bound if bound is not None else "UNBOUNDED" for bound in bounds)
        return f"[{start}, {end})"
    return _scalar(which, getattr(value, which))


def _scalar(which: str, value: Any) -> str:
    if which == "bool_value":
        return "true" if value else "false"
    if which == "double_value":
        return _float_text(value)
    if which == "bytes_value":
        return base64.b64encode(value).decode()
    if which == "date_value":
        return (_EPOCH + dt.timedelta(days=value)).isoformat()
    if which == "timestamp_value":
        return str(value.seconds * 1_000_000 + value.nanos // 1000)
    if which == "datetime_value":
        return _datetime_text(value.bit_field_datetime_seconds, value.nanos)
    if which == "time_value":
        return _time_text(value >> 30, value & (2**30 - 1))
    if which in ("numeric_value", "bignumeric_value"):
        places = 9 if which == "numeric_value" else 38
        number = Decimal(int.from_bytes(value, "little", signed=True)).scaleb(-places, _EXACT)
        text = format(number, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if which == "interval_value":
        return interval_text(value)
    return str(value)


def _float_text(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def _time_text(seconds: int, nanos: int) -> str:
    text = f"{seconds >> 12 & 31:02}:{seconds >> 6 & 63:02}:{seconds & 63:02}"
    return f"{text}.{nanos // 1000:06}" if nanos else text


def _datetime_text(bits: int, nanos: int) -> str:
    year, month, day = bits >> 26, bits >> 22 & 15, bits >> 17 & 31
    return f"{year:04}-{month:02}-{day:02}T{_time_text(bits & 0x1FFFF, nanos)}"


def interval_text(data: bytes) -> str:
    """The interval as `Y-M D h:m:s`, each of the three with its own sign."""
    micros = int.from_bytes(data[:8], "little", signed=True)
    days = int.from_bytes(data[8:12], "little", signed=True)
    packed = int.from_bytes(data[12:16], "little")
    months = (packed & ~_MONTHS_SIGN) >> _MONTHS_SHIFT
    if packed & _MONTHS_SIGN:
        months = -months
    seconds, fraction = divmod(abs(micros), 1_000_000)
    nanos = packed & _NANO_BITS
    tail = f"{fraction:06}{nanos:03}" if nanos else f"{fraction:06}" if fraction else ""
    if tail and not nanos and tail.endswith("000"):
        tail = tail[:3]
    clock = f"{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}" + (f".{tail}" if tail else "")
    year, month = divmod(abs(months), 12)
    return f"{'-' if months < 0 else ''}{year}-{month} {days} {'-' if micros < 0 else ''}{clock}"
