"""CAST with FORMAT: dates by elements such as YYYY-MM-DD, bytes as HEX or BASE64.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.scalars.civil_formats import DAYS, MONTHS
from ml_api_kit.gcp_accessor.local.bigquery.scalars.civil_text import offset_minutes
from ml_api_kit.gcp_accessor.local.bigquery.scalars.dates import civil
from ml_api_kit.gcp_accessor.local.bigquery.scalars.encodings import bytes_to_text
from ml_api_kit.gcp_accessor.local.bigquery.scalars.kinds import kind_of
from ml_api_kit.gcp_accessor.local.bigquery.scalars.plain_text import micros_of
from ml_api_kit.gcp_accessor.local.bigquery.scalars.registry import Refusal, SqlError, scalar
from ml_api_kit.gcp_accessor.local.bigquery.scalars.zones import local_time, moment

_ELEMENT = re.compile(
    r"YYYY|YY|MONTH|MON|MM|DAY|DY|DDD|DD|HH24|HH12|HH|MI|SSSSS|SS|FF[1-9]|A\.M\.|P\.M\.|AM|PM|TZH|TZM"
    r'|"[^"]*"|[-./,;:\s\'TZ]',
    re.IGNORECASE,
)


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
        "YY": f"{d.year % 100:02}",
        "MM": f"{d.month:02}",
        "DDD": f"{d.timetuple().tm_yday:03}",
        "DD": f"{d.day:02}",
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
        return _text_of_bytes(value, form)
    if kind not in ("DATE", "TIME", "DATETIME", "TIMESTAMP"):
        raise Refusal(f"CAST of {kind} with FORMAT")
    micros = micros_of(value) if kind == "TIMESTAMP" else 0
    local = local_time(micros, zone) if kind == "TIMESTAMP" else civil(value)
    minutes = offset_minutes(micros, zone) if kind == "TIMESTAMP" else 0
    elements = _elements(form)
    has_zone = any(element.upper() in ("TZH", "TZM") for element in elements)
    if has_zone and kind != "TIMESTAMP":
        raise SqlError(f"CAST from {kind} to STRING has no element for the time zone")
    return "".join(_spelled(element, local, minutes) for element in elements)


def _text_of_bytes(value: bytes, form: str) -> str:
    name = form.upper()
    if name == "HEX":
        return value.hex()
    if name in ("BASE64", "BASE64M"):
        return base64.b64encode(value).decode()
    if name == "ASCII" and not value.isascii():
        raise SqlError("Failed to decode invalid ASCII string")
    if name in ("UTF-8", "UTF8", "ASCII"):
        return str(bytes_to_text(value))
    raise Refusal(f"CAST of BYTES with FORMAT {form}")


@scalar("py_parse_bytes", "BLOB")
def parse_bytes(text: str, form: str) -> bytes:
    """CAST to BYTES with FORMAT."""
    name = form.upper()
    try:
        if name == "HEX":
            return bytes.fromhex(text)
        if name in ("BASE64", "BASE64M"):
            return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise SqlError(f"Failed to decode {name} string: {text}") from error
    if name == "ASCII" and not text.isascii():
        raise SqlError("Failed to decode invalid ASCII string")
    if name in ("UTF-8", "UTF8", "ASCII"):
        return text.encode()
    raise Refusal(f"CAST to BYTES with FORMAT {form}")


_PATTERNS = {
    "YYYY": r"(?P<year>\d{1,4})", "YY": r"(?P<year2>\d{2})", "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})", "HH24": r"(?P<hour>\d{1,2})", "HH12": r"(?P<hour12>\d{1,2})",
    "HH": r"(?P<hour12>\d{1,2})", "MI": r"(?P<minute>\d{1,2})", "SS": r"(?P<second>\d{1,2})",
    "MONTH": r"(?P<monthname>[A-Za-z]{4,}|May)", "MON": r"(?P<monthname>[A-Za-z]{3})",
    "AM": r"(?P<half>[AaPp])[Mm]", "PM": r"(?P<half>[AaPp])[Mm]",
}  # fmt: skip


def _civil(text: str, form: str) -> dt.datetime:
    pattern = ""
    for element in _elements(form):
        upper = element.upper()
        if upper in _PATTERNS:
            pattern += _PATTERNS[upper]
        elif element.isspace():
            pattern += r"\s+"
        elif len(element) == 1:
            pattern += re.escape(element)
        else:
            raise Refusal(f"{element} in CAST of text with FORMAT")
    try:
        match = re.fullmatch(pattern, text.strip())
    except re.error as error:
        raise SqlError(f"Invalid format: {form}") from error
    if match is None:
        raise SqlError(f"Failed to parse input string {text!r} with FORMAT {form!r}")
    return _built(match.groupdict(), text)


def _built(found: dict[str, Any], text: str) -> dt.datetime:
    today = dt.datetime.now(dt.UTC)
    year = int(found["year"]) if found.get("year") else today.year
    if found.get("year2"):
        year = 2000 + int(found["year2"])
    if not (found.get("year") or found.get("year2")):
        raise Refusal("CAST with FORMAT without a year")
    month = int(found.get("month") or 1)
    if found.get("monthname"):
        names = [name for name in MONTHS if name.lower().startswith(found["monthname"].lower())]
        if len(names) != 1:
            raise SqlError(f"Failed to parse input string {text!r}")
        month = MONTHS.index(names[0]) + 1
    elif not found.get("month"):
        raise Refusal("CAST with FORMAT without a month")
    hour = int(found.get("hour") or 0)
    if found.get("hour12"):
        is_pm = (found.get("half") or "a").lower() == "p"
        hour = int(found["hour12"]) % 12 + (12 if is_pm else 0)
    day, minute = int(found.get("day") or 1), int(found.get("minute") or 0)
    try:
        return dt.datetime(year, month, day, hour, minute, int(found.get("second") or 0))
    except ValueError as error:
        raise SqlError(f"Failed to parse input string {text!r}") from error


@scalar("py_parse_formatted", "TIMESTAMP")
def parse_formatted(text: str, form: str) -> dt.datetime:
    """CAST of text to DATE or DATETIME with FORMAT."""
    return _civil(text, form)


@scalar("py_parse_formatted_moment", "BIGINT")
def parse_formatted_moment(text: str, form: str, zone: str) -> int:
    """CAST of text to TIMESTAMP with FORMAT, as microseconds."""
    return moment(_civil(text, form), zone)
