"""FORMAT.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/string_functions#format_string
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind, kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.numerics import from_big
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.plain_text import literal, printed
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)

_SPECIFIER = re.compile(
    r"%(?P<flags>[-+ #0']*)(?P<width>\*|\d+)?(?:\.(?P<digits>\*|\d*))?(?P<kind>.)?", re.DOTALL
)
_EXACT = Context(prec=400)


@scalar("bq_format", "VARCHAR", takes_nulls=True)
def format_text(types: list[str], form: str | None, *values: Any) -> str | None:
    """FORMAT: the values put into the form; NULL where one that is no %t or %T is NULL."""
    if form is None:
        return None
    given = iter(zip(values, (kind_of(name) for name in types[1:]), strict=True))
    result, at = "", 0
    for match in _SPECIFIER.finditer(form):
        result += form[at : match.start()]
        at = match.end()
        piece = _piece(match, given, form)
        if piece is None:
            return None
        result += piece
    if next(given, None) is not None:
        raise SqlError(f'Too many arguments to FORMAT for pattern "{form}"')
    return result + form[at:]


def _next(given: Iterator[tuple[Any, Kind]], form: str) -> tuple[Any, Kind]:
    found = next(given, None)
    if found is None:
        raise SqlError(f'Too few arguments to FORMAT for pattern "{form}"')
    return found


def _piece(match: re.Match[str], given: Iterator[tuple[Any, Kind]], form: str) -> str | None:
    flags, kind = match["flags"], match["kind"]
    if kind is None:
        raise SqlError(f'Invalid FORMAT string: "{form}"')
    if kind == "%":
        return "%"
    width: int | None = None
    if match["width"]:
        width = _next(given, form)[0] if match["width"] == "*" else int(match["width"])
        if match["width"] == "*" and width is None:
            return None
    digits: int | None = None
    if match["digits"] is not None:
        digits = _next(given, form)[0] if match["digits"] == "*" else int(match["digits"] or 0)
        if match["digits"] == "*" and digits is None:
            return None
    if width is not None and width < 0:
        flags, width = flags + "-", -width
    value, value_kind = _next(given, form)
    text = _text(kind, flags, digits, value, value_kind)
    if text is None:
        return None
    if digits is not None and kind in "dioxX":
        # As in C: with a least number of digits, the flag 0 says nothing.
        flags = flags.replace("0", "")
    return _padded(text, flags, width or 0, kind)


def _padded(text: str, flags: str, width: int, kind: str) -> str:
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and kind in "dioxXfFeEgG" and text[-1:] not in "fFnN":
        sign = re.match(r"[-+ ]?(0[xX])?", text)
        head = sign[0] if sign else ""
        return head + text[len(head) :].rjust(width - len(head), "0")
    return text.rjust(width)


def _text(kind: str, flags: str, digits: int | None, value: Any, value_kind: Kind) -> str | None:
    if kind in "tT":
        text = printed(value, value_kind) if kind == "t" else literal(value, value_kind)
        return text if digits is None else text[:digits]
    if kind in "diuoxX":
        return _integer(kind, flags, digits, value, value_kind)
    if kind in "fFeEgG":
        return _number(kind, flags, digits, value, value_kind)
    if kind == "s":
        if value_kind.name != "STRING":
            _mismatch("STRING", value_kind)
        if value is None:
            return None
        return str(value) if digits is None else str(value)[:digits]
    if kind in "pP":
        return _json(kind, value, value_kind)
    raise SqlError(f'Invalid format specifier character "{kind}" in FORMAT string')


def _mismatch(expected: str, kind: Kind) -> None:
    raise SqlError(
        f"Invalid type for argument to FORMAT; Expected {expected}; Got {kind.spelled()}"
    )


def _integer(kind: str, flags: str, digits: int | None, value: Any, value_kind: Kind) -> str | None:
    if value_kind.name not in ("INT64", "NULL") or kind == "u":
        _mismatch("integer" if kind != "u" else "UINT", value_kind)
    if value is None:
        return None
    base = {"d": "d", "i": "d"}.get(kind, kind)
    if "'" in flags and base != "d":
        raise Refusal("the flag ' with %o, %x or %X in FORMAT")
    least = f"0{digits}" if digits else ""
    if digits and "'" in flags:
        least = f"0{digits + (digits - 1) // 3}"
    body = format(abs(value), f"{least},{base}" if "'" in flags else f"{least}{base}")
    if digits == 0 and value == 0:
        body = ""
    prefix = {"x": "0x", "X": "0X", "o": "0"}.get(kind, "") if "#" in flags and value else ""
    return _sign(value < 0, flags) + prefix + body


def _sign(is_negative: bool, flags: str) -> str:
    return "-" if is_negative else "+" if "+" in flags else " " if " " in flags else ""


def _number(kind: str, flags: str, digits: int | None, value: Any, value_kind: Kind) -> str | None:
    if value_kind.name not in ("FLOAT64", "NUMERIC", "BIGNUMERIC", "INT64", "NULL"):
        _mismatch("FLOAT64", value_kind)
    if value is None:
        return None
    places = 6 if digits is None else digits
    if value_kind.name in ("FLOAT64", "INT64"):
        return _float(kind, flags, places, float(value))
    number = from_big(value) if value_kind.name == "BIGNUMERIC" else value
    if kind not in "fF":
        raise Refusal(f"%{kind} of {value_kind.name} in FORMAT")
    rounded = number.copy_abs().quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)
    body = format(rounded, f",.{places}f" if "'" in flags else f".{places}f")
    return _sign(number < 0, flags) + body


def _float(kind: str, flags: str, places: int, value: float) -> str:
    # Zero has no sign here, infinity has.
    sign = _sign(value < 0, flags)
    if not math.isfinite(value):
        body = "nan" if math.isnan(value) else "inf"
        return sign + (body.upper() if kind.isupper() else body)
    comma = "," if "'" in flags else ""
    if comma and kind not in "fF":
        raise Refusal(f"the flag ' with %{kind} in FORMAT")
    sharp = "#" if "#" in flags else ""
    return sign + format(abs(value), f"{sharp}{comma}.{places}{kind}")


def _json(kind: str, value: Any, value_kind: Kind) -> str | None:
    from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_values import (
        normal_json,
        pretty_json,
    )

    if value_kind.name != "JSON":
        _mismatch("JSON", value_kind)
    if value is None:
        return None
    return normal_json(value) if kind == "p" else pretty_json(value)
