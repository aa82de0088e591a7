"""FORMAT_DATE, FORMAT_DATETIME, FORMAT_TIME and FORMAT_TIMESTAMP.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.calendar_units import civil
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_text import (
    offset_minutes,
    shown_time,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.dates import extract_week
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal, scalar
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import time_zone, to_micros

ELEMENT = re.compile(r"%(E\*S|E\dS|E4Y|Ez|Z|[EO]?.)", re.DOTALL)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
_LITERALS = {"n": "\n", "t": "\t", "%": "%"}

Element = Callable[[dt.datetime], str]
"""The text of a part of a date and time."""


def _short_date(d: dt.datetime) -> str:
    return f"{d.month:02}/{d.day:02}/{d.year % 100:02}"


def _iso_day(d: dt.datetime) -> str:
    first = dt.date.fromisocalendar(d.isocalendar().year, 1, 1)
    return str((d.date() - first).days + 1).rjust(3, "0")


def _half(d: dt.datetime) -> str:
    return "PM" if d.hour >= 12 else "AM"


def _clock(d: dt.datetime) -> str:
    return f"{d.hour:02}:{d.minute:02}:{d.second:02}"


def _all_digits(d: dt.datetime) -> str:
    fraction = f"{d.microsecond:06}".rstrip("0")
    return f"{d.second:02}" + (f".{fraction}" if fraction else "")


def _with_digits(digits: int) -> Element:
    def seconds(d: dt.datetime) -> str:
        fraction = f"{d.microsecond:06}".ljust(9, "0")[:digits]
        return f"{d.second:02}" + (f".{fraction}" if digits else "")

    return seconds


_DATE_ELEMENTS: dict[str, Element] = {
    "A": lambda d: DAYS[d.weekday()],
    "a": lambda d: DAYS[d.weekday()][:3],
    "B": lambda d: MONTHS[d.month - 1],
    "b": lambda d: MONTHS[d.month - 1][:3],
    "h": lambda d: MONTHS[d.month - 1][:3],
    "C": lambda d: f"{d.year // 100:02}",
    "D": _short_date,
    "x": _short_date,
    "d": lambda d: f"{d.day:02}",
    "e": lambda d: f"{d.day:2}",
    "F": lambda d: f"{d.year:04}-{d.month:02}-{d.day:02}",
    "E4Y": lambda d: f"{d.year:04}",
    "G": lambda d: f"{d.isocalendar().year:04}",
    "g": lambda d: f"{d.isocalendar().year % 100:02}",
    "J": _iso_day,
    "j": lambda d: f"{d.timetuple().tm_yday:03}",
    "m": lambda d: f"{d.month:02}",
    "Q": lambda d: str((d.month + 2) // 3),
    "U": lambda d: f"{extract_week(d, 'WEEK'):02}",
    "u": lambda d: str(d.isoweekday()),
    "V": lambda d: f"{d.isocalendar().week:02}",
    "W": lambda d: f"{extract_week(d, 'WEEK(MONDAY)'):02}",
    "w": lambda d: str(d.isoweekday() % 7),
    "Y": lambda d: str(d.year),
    "y": lambda d: f"{d.year % 100:02}",
}
_TIME_ELEMENTS: dict[str, Element] = {
    "H": lambda d: f"{d.hour:02}",
    "I": lambda d: f"{d.hour % 12 or 12:02}",
    "k": lambda d: f"{d.hour:2}",
    "l": lambda d: f"{d.hour % 12 or 12:2}",
    "M": lambda d: f"{d.minute:02}",
    "P": lambda d: _half(d).lower(),
    "p": _half,
    "R": lambda d: f"{d.hour:02}:{d.minute:02}",
    "r": lambda d: f"{d.hour % 12 or 12:02}:{d.minute:02}:{d.second:02} {_half(d)}",
    "S": lambda d: f"{d.second:02}",
    "T": _clock,
    "X": _clock,
    "E*S": _all_digits,
    **{f"E{digits}S": _with_digits(digits) for digits in range(10)},
}
_ZONE_ELEMENTS = ("z", "Ez", "Z")
_KNOWN = {*_DATE_ELEMENTS, *_TIME_ELEMENTS, *_ZONE_ELEMENTS, "c", "s"}


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
    texts = []
    for piece in _pieces(form, kind, zone is not None):
        if isinstance(piece, str):
            texts.append(piece)
        elif isinstance(piece, _OfMoment):
            texts.append(piece.text(micros if zone else to_micros(d), zone or "UTC"))
        else:
            texts.append(piece(d))
    return "".join(texts)


@dataclass(frozen=True, slots=True)
class _OfMoment:
    """An element that is a matter of the moment and its zone."""

    element: str

    def text(self, micros: int, zone: str) -> str:
        if self.element == "s":
            return str(micros // 10**6)
        return _zone_element(micros, zone, self.element)


@lru_cache(maxsize=500)
def _pieces(form: str, kind: str, has_zone: bool) -> tuple[str | Element | _OfMoment, ...]:
    """A format as texts that stay, and what to put between them."""
    pieces: list[str | Element | _OfMoment] = []
    end = 0
    for match in ELEMENT.finditer(form):
        pieces += [form[end : match.start()], _piece(match, kind, has_zone)]
        end = match.end()
    return (*pieces, form[end:])


def _piece(match: re.Match[str], kind: str, has_zone: bool) -> str | Element | _OfMoment:
    element = match[1]
    has_date, has_time = kind != "TIME", kind != "DATE"
    if element in _LITERALS:
        return _LITERALS[element]
    if element in _DATE_ELEMENTS and has_date:
        return _DATE_ELEMENTS[element]
    if element in _TIME_ELEMENTS and has_time:
        return _TIME_ELEMENTS[element]
    if element == "c" and has_date and has_time:
        return _plain_c
    if (element == "s" and has_date and has_time) or (element in _ZONE_ELEMENTS and has_zone):
        return _OfMoment(element)
    if element in _KNOWN:
        return match[0]
    raise Refusal(f"%{element} in FORMAT_{kind}")


def _plain_c(d: dt.datetime) -> str:
    return f"{DAYS[d.weekday()][:3]} {MONTHS[d.month - 1][:3]} {d.day:2} {_clock(d)} {d.year:04}"


def _formatter(kind: str) -> Any:
    return lambda form, value: formatted(form, civil(value), kind)


for _kind in ("DATE", "DATETIME", "TIME"):
    scalar(f"py_format_{_kind.lower()}", "VARCHAR")(_formatter(_kind))


@scalar("py_format_timestamp", "VARCHAR")
def format_timestamp(form: str, micros: int, zone: str = "UTC") -> str:
    """FORMAT_TIMESTAMP on the clocks of a zone."""
    time_zone(zone)
    return formatted(form, shown_time(micros, zone), "TIMESTAMP", zone, micros)
