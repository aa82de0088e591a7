"""FORMAT_DATE, FORMAT_DATETIME, FORMAT_TIME and FORMAT_TIMESTAMP.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.scalars.civil_text import offset_minutes, shown_time
from ml_api_kit.gcp_accessor.local.bigquery.scalars.dates import civil, extract_week
from ml_api_kit.gcp_accessor.local.bigquery.scalars.registry import Refusal, scalar
from ml_api_kit.gcp_accessor.local.bigquery.scalars.zones import time_zone, to_micros

ELEMENT = re.compile(r"%(E\*S|E\dS|E4Y|Ez|Z|[EO]?.)", re.DOTALL)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
_DATE_ELEMENTS = set("AaBbhCcDdeFGgjmUuVWwxYyQJ") | {"E4Y"}
_TIME_ELEMENTS = set("HIklMPpRrSTX") | {"E*S"} | {f"E{digits}S" for digits in range(10)}
_KNOWN = _DATE_ELEMENTS | _TIME_ELEMENTS | {"s", "z", "Ez", "Z"}
_LITERALS = {"n": "\n", "t": "\t", "%": "%"}


def _date_element(d: dt.datetime, element: str) -> str:
    iso_year, iso_week, _ = d.isocalendar()
    return {
        "A": DAYS[d.weekday()],
        "a": DAYS[d.weekday()][:3],
        "B": MONTHS[d.month - 1],
        "b": MONTHS[d.month - 1][:3],
        "h": MONTHS[d.month - 1][:3],
        "C": f"{d.year // 100:02}",
        "D": f"{d.month:02}/{d.day:02}/{d.year % 100:02}",
        "x": f"{d.month:02}/{d.day:02}/{d.year % 100:02}",
        "d": f"{d.day:02}",
        "e": f"{d.day:2}",
        "F": f"{d.year:04}-{d.month:02}-{d.day:02}",
        "E4Y": f"{d.year:04}",
        "G": f"{iso_year:04}",
        "g": f"{iso_year % 100:02}",
        "J": str((d.date() - dt.date.fromisocalendar(iso_year, 1, 1)).days + 1).rjust(3, "0"),
        "j": f"{d.timetuple().tm_yday:03}",
        "m": f"{d.month:02}",
        "Q": str((d.month + 2) // 3),
        "U": f"{extract_week(d, 'WEEK'):02}",
        "u": str(d.isoweekday()),
        "V": f"{iso_week:02}",
        "W": f"{extract_week(d, 'WEEK(MONDAY)'):02}",
        "w": str(d.isoweekday() % 7),
        "Y": str(d.year),
        "y": f"{d.year % 100:02}",
    }[element]


def _time_element(d: dt.datetime, element: str) -> str:
    if element == "E*S":
        fraction = f"{d.microsecond:06}".rstrip("0")
        return f"{d.second:02}" + (f".{fraction}" if fraction else "")
    if element.startswith("E"):
        digits = int(element[1])
        fraction = f"{d.microsecond:06}".ljust(9, "0")[:digits]
        return f"{d.second:02}" + (f".{fraction}" if digits else "")
    hour, half = d.hour % 12 or 12, "PM" if d.hour >= 12 else "AM"
    clock = f"{d.minute:02}:{d.second:02}"
    return {
        "H": f"{d.hour:02}",
        "I": f"{hour:02}",
        "k": f"{d.hour:2}",
        "l": f"{hour:2}",
        "M": f"{d.minute:02}",
        "P": half.lower(),
        "p": half,
        "R": f"{d.hour:02}:{d.minute:02}",
        "r": f"{hour:02}:{clock} {half}",
        "S": f"{d.second:02}",
        "T": f"{d.hour:02}:{clock}",
        "X": f"{d.hour:02}:{clock}",
    }[element]


def _zone_element(micros: int, zone: str, element: str) -> str:
    minutes = offset_minutes(micros, zone)
    sign, size = ("-" if minutes < 0 else "+"), abs(minutes)
    if element == "z":
        return f"{sign}{size // 60:02}{size % 60:02}"
    if element == "Ez":
        return f"{sign}{size // 60:02}:{size % 60:02}"
    if not minutes:
        return "UTC"
    return f"UTC{sign}{size // 60:02}{size % 60:02}" if size % 60 else f"UTC{sign}{size // 60}"


def formatted(
    form: str, d: dt.datetime, kind: str, zone: str | None = None, micros: int = 0
) -> str:
    """The text of a date and time by a format; what its kind does not have stays as written."""
    has_date, has_time = kind != "TIME", kind != "DATE"

    def replaced(match: re.Match[str]) -> str:
        element = match[1]
        if element in _LITERALS:
            return _LITERALS[element]
        if element in _DATE_ELEMENTS and has_date:
            if element == "c":
                return _plain_c(d) if has_time else match[0]
            return _date_element(d, element)
        if element in _TIME_ELEMENTS and has_time:
            return _time_element(d, element)
        if element == "s" and has_date and has_time:
            return str((micros if zone else to_micros(d)) // 10**6)
        if element in ("z", "Ez", "Z") and zone is not None:
            return _zone_element(micros, zone, element)
        if element in _KNOWN:
            return match[0]
        raise Refusal(f"%{element} in FORMAT_{kind}")

    return ELEMENT.sub(replaced, form)


def _plain_c(d: dt.datetime) -> str:
    clock = _time_element(d, "T")
    return f"{DAYS[d.weekday()][:3]} {MONTHS[d.month - 1][:3]} {d.day:2} {clock} {d.year:04}"


def _formatter(kind: str) -> Any:
    return lambda form, value: formatted(form, civil(value), kind)


for _kind in ("DATE", "DATETIME", "TIME"):
    scalar(f"py_format_{_kind.lower()}", "VARCHAR")(_formatter(_kind))


@scalar("py_format_timestamp", "VARCHAR")
def format_timestamp(form: str, micros: int, zone: str = "UTC") -> str:
    """FORMAT_TIMESTAMP on the clocks of a zone."""
    time_zone(zone)
    return formatted(form, shown_time(micros, zone), "TIMESTAMP", zone, micros)
