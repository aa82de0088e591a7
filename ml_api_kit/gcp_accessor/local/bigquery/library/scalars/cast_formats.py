"""CAST to text with FORMAT: dates by elements such as YYYY-MM-DD.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.calendar_units import civil
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.cast_bytes import text_of_bytes
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_formats import DAYS, MONTHS
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_text import offset_minutes
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.number_formats import number_text
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.numerics import from_big
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.plain_text import micros_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import local_time

_ELEMENT = re.compile(
    r"YYYY|YYY|YY|Y(?!,)|RRRR|RR|MONTH|MON|MM|DAY|DY|DDD|DD|D|HH24|HH12|HH|MI|SSSSS|SS|FF[1-9]|A\.M\.|P\.M\.|AM|PM|TZH|TZM"
    r'|"[^"]*"|[-./,;:\s\'TZ]',
    re.IGNORECASE,
)


_OF_TIME = re.compile(r"HH.*|MI|S+|FF\d|[AP]\.?M\.?", re.IGNORECASE)
_OF_DATE = re.compile(r"Y+|R+|MON.*|MM|D.*", re.IGNORECASE)


def _is_of_other(element: str, kind: str) -> bool:
    """Whether the element is a part that values of the type do not have."""
    if element.upper() in ("TZH", "TZM"):
        return kind != "TIMESTAMP"
    of_other = {"DATE": _OF_TIME, "TIME": _OF_DATE}.get(kind)
    return of_other is not None and of_other.fullmatch(element) is not None


def _elements(form: str) -> list[str]:
    found, at = [], 0
    while at < len(form):
        match = _ELEMENT.match(form, at)
        if match is None:
            raise Refusal(f"{form[at:]!r} in CAST with FORMAT")
        found.append(match[0])
        at = match.end()
    return found


def _cased(name: str, element: str) -> str:
    if element.isupper():
        return name.upper()
    return name.lower() if element.islower() else name


def _spelled(element: str, d: dt.datetime, minutes: int) -> str:
    upper = element.upper()
    if upper in ("MONTH", "MON"):
        return _cased(MONTHS[d.month - 1][: None if upper == "MONTH" else 3], element)
    if upper in ("DAY", "DY"):
        return _cased(DAYS[d.weekday()][: None if upper == "DAY" else 3], element)
    if upper in ("AM", "PM", "A.M.", "P.M."):
        half = "P" if d.hour >= 12 else "A"
        return _cased(f"{half}.M." if "." in element else f"{half}M", element)
    if upper.startswith("FF"):
        return f"{d.microsecond:06}".ljust(9, "0")[: int(upper[2])]
    numbers = {
        "YYYY": f"{d.year:04}",
        "RRRR": f"{d.year:04}",
        "YYY": f"{d.year % 1000:03}",
        "YY": f"{d.year % 100:02}",
        "RR": f"{d.year % 100:02}",
        "Y": f"{d.year % 10}",
        "MM": f"{d.month:02}",
        "DDD": f"{d.timetuple().tm_yday:03}",
        "DD": f"{d.day:02}",
        "D": f"{d.isoweekday() % 7 + 1}",
        "HH24": f"{d.hour:02}",
        "HH12": f"{d.hour % 12 or 12:02}",
        "HH": f"{d.hour % 12 or 12:02}",
        "MI": f"{d.minute:02}",
        "SS": f"{d.second:02}",
        "SSSSS": f"{d.hour * 3600 + d.minute * 60 + d.second:05}",
        "TZH": f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}",
        "TZM": f"{abs(minutes) % 60:02}",
    }
    return numbers.get(upper, element.strip('"'))


@scalar("py_format_value", "VARCHAR")
def format_value(kind_name: str, value: Any, form: str, zone: str) -> str:
    """CAST to STRING with FORMAT."""
    kind = kind_of(kind_name).name
    if kind == "BYTES":
        return text_of_bytes(value, form)
    if kind in ("INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC"):
        return _text_of_number(value, kind, form)
    if kind not in ("DATE", "TIME", "DATETIME", "TIMESTAMP"):
        raise SqlError(f"FORMAT is not allowed for cast from {kind} to STRING")
    micros = micros_of(value) if kind == "TIMESTAMP" else 0
    local = local_time(micros, zone) if kind == "TIMESTAMP" else civil(value)
    minutes = offset_minutes(micros, zone) if kind == "TIMESTAMP" else 0
    elements = _elements(form)
    for element in elements:
        if _is_of_other(element, kind):
            raise SqlError(f"{kind} does not support '{element.upper()}'")
    return "".join(_spelled(element, local, minutes) for element in elements)


def _text_of_number(value: Any, kind: str, form: str) -> str:
    number = from_big(value) if kind == "BIGNUMERIC" else Decimal(value)
    if not number.is_finite():
        raise Refusal(f"CAST of {number} with FORMAT")
    return number_text(number, form, is_float=kind == "FLOAT64")
