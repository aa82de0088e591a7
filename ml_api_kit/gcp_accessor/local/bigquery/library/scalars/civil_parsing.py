"""PARSE_DATE, PARSE_DATETIME, PARSE_TIME and PARSE_TIMESTAMP.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_formats import DAYS, MONTHS
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import moment, to_micros

# An element that stands for several others.
_COMPOSED = {
    "D": "%m/%d/%y", "x": "%m/%d/%y", "F": "%Y-%m-%d", "R": "%H:%M", "T": "%H:%M:%S",
    "X": "%H:%M:%S", "r": "%I:%M:%S %p", "c": "%a %b %e %H:%M:%S %Y",
}  # fmt: skip
_ELEMENT = re.compile(r"E\*S|E\dS|E4Y|Ez|.", re.DOTALL)
_NUMBERS = {
    "d": ("day", 2), "e": ("day", 2), "m": ("month", 2), "H": ("hour", 2), "k": ("hour", 2),
    "I": ("hour12", 2), "l": ("hour12", 2), "M": ("minute", 2), "S": ("second", 2),
    "y": ("year2", 2), "C": ("century", 2), "j": ("yearday", 3), "U": ("week_sunday", 2),
    "W": ("week_monday", 2), "u": ("isoday", 1), "w": ("weekday", 1), "G": ("isoyear", 5),
    "V": ("isoweek", 2), "g": ("isoyear2", 2),
}  # fmt: skip
_DATE_PARTS = set("AaBbhCcDdeFGgjmUuVWwxYyQ") | {"E4Y"}
_TIME_PARTS = set("HIklMPpRrSTX") | {"E*S"} | {f"E{digits}S" for digits in range(10)}
_RANGES = {
    "day": (1, 31), "month": (1, 12), "hour": (0, 23), "hour12": (1, 12), "minute": (0, 59),
    "second": (0, 60), "yearday": (1, 366), "week_sunday": (0, 53), "week_monday": (0, 53),
    "isoday": (1, 7), "weekday": (0, 6), "isoweek": (1, 53),
}  # fmt: skip


class _NoMatch(Exception):
    """The text does not have the form."""


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    found: dict[str, Any] = field(default_factory=dict)

    def skip_spaces(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def match(self, pattern: str) -> str:
        found = re.compile(pattern, re.IGNORECASE).match(self.text, self.at)
        if found is None:
            raise _NoMatch
        self.at = found.end()
        return found[0]

    def name(self, names: list[str]) -> int:
        for position, name in enumerate(names):
            for spelled in (name, name[:3]):
                if self.text[self.at : self.at + len(spelled)].lower() == spelled.lower():
                    self.at += len(spelled)
                    return position
        raise _NoMatch


def _read(form: str, reader: _Reader, kind: str) -> None:
    at = 0
    while at < len(form):
        character = form[at]
        if character.isspace():
            reader.skip_spaces()
            at += 1
        elif character != "%":
            if reader.text[reader.at : reader.at + 1] != character:
                raise _NoMatch
            reader.at += 1
            at += 1
        else:
            match = _ELEMENT.match(form, at + 1)
            if match is None:
                raise SqlError(f"Format string ends in the middle: {form}")
            _read_element(match[0], reader, kind)
            at = match.end()


def _read_element(element: str, reader: _Reader, kind: str) -> None:
    is_date, is_time = element in _DATE_PARTS, element in _TIME_PARTS
    if (is_date and kind == "TIME") or (is_time and kind == "DATE"):
        raise SqlError(f"Invalid format: %{element} is not allowed for the {kind} type.")
    if element in _COMPOSED:
        _read(_COMPOSED[element], reader, kind)
        return
    if element in ("n", "t"):
        reader.skip_spaces()
        return
    if element == "%":
        reader.match("%")
        return
    reader.skip_spaces()
    found = reader.found
    if element in _NUMBERS:
        name, digits = _NUMBERS[element]
        value = int(reader.match(rf"\d{{1,{digits}}}"))
        low, high = _RANGES.get(name, (0, 99999))
        if not low <= value <= high:
            raise _NoMatch
        found[name] = value
        _forget(name, found)
    elif element in ("Y", "E4Y"):
        found["year"] = int(reader.match(r"\d{4}" if element == "E4Y" else r"[+-]?\d{1,4}"))
    elif element in ("B", "b", "h"):
        found["month"] = reader.name(MONTHS) + 1
    elif element in ("A", "a"):
        found["named_day"] = reader.name(DAYS)
    elif element in ("p", "P"):
        found["is_pm"] = reader.match("am|pm").lower() == "pm"
    elif element == "Q":
        found["month"] = int(reader.match("[1-4]")) * 3 - 2
    elif element.startswith("E") and element.endswith("S"):
        _read_seconds(element, reader)
    elif element in ("z", "Ez") and kind == "TIMESTAMP":
        found["zone"] = reader.match(r"[zZ]|[+-]\d{1,2}:?\d{0,2}")
    elif element == "Z" and kind == "TIMESTAMP":
        found["zone"] = reader.match(r"\S+")
    elif element == "s" and kind in ("DATETIME", "TIMESTAMP"):
        found["epoch"] = int(reader.match(r"-?\d+"))
    else:
        raise Refusal(f"%{element} in PARSE_{kind}")


def _forget(name: str, found: dict[str, Any]) -> None:
    # Of two elements for the same thing the last counts.
    if name == "hour12":
        found.pop("hour", None)
    elif name == "hour":
        found.pop("hour12", None)


def _read_seconds(element: str, reader: _Reader) -> None:
    digits = element[1]
    fraction = (
        r"(\.\d{0,9})?" if digits == "*" else rf"(\.\d{{1,{digits}}})?" if digits != "0" else ""
    )
    whole, _, rest = reader.match(rf"\d{{1,2}}{fraction}").partition(".")
    if int(whole) > 60:
        raise _NoMatch
    reader.found["second"] = int(whole)
    reader.found["micro"] = int(rest[:6].ljust(6, "0")) if rest else 0


def _year(found: dict[str, Any]) -> int:
    if "year" in found:
        return int(found["year"])
    if "century" in found:
        return int(found["century"] * 100 + found.get("year2", 0))
    if "year2" in found:
        return int(found["year2"] + (1900 if found["year2"] >= 69 else 2000))
    return 1970


def _date(found: dict[str, Any]) -> dt.date:
    if any(name in found for name in ("isoyear", "isoyear2", "isoweek", "isoday")):
        if "isoyear" in found:
            return dt.date.fromisocalendar(
                found["isoyear"], found.get("isoweek", 1), found.get("isoday", 1)
            )
        raise Refusal("parts of an ISO week without its year")
    year = _year(found)
    if "yearday" in found:
        date = dt.date(year, 1, 1) + dt.timedelta(days=found["yearday"] - 1)
        if date.year != year:
            raise _NoMatch
        return date
    if "week_sunday" in found or "week_monday" in found:
        return _from_week(year, found)
    return dt.date(year, found.get("month", 1), found.get("day", 1))


def _from_week(year: int, found: dict[str, Any]) -> dt.date:
    if "month" in found or "day" in found:
        raise Refusal("a week of the year beside a month or day")
    is_sunday = "week_sunday" in found
    first_weekday = 6 if is_sunday else 0
    start = dt.date(year, 1, 1)
    first = start + dt.timedelta(days=(first_weekday - start.weekday()) % 7)
    weekday = found.get("named_day")
    if weekday is None:
        weekday = (found["weekday"] - 1) % 7 if "weekday" in found else first_weekday
    week = found["week_sunday" if is_sunday else "week_monday"]
    return first + dt.timedelta(days=(week - 1) * 7 + (weekday - first_weekday) % 7)


def _civil(found: dict[str, Any]) -> dt.datetime:
    if "epoch" in found:
        return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=found["epoch"])
    hour = found.get("hour", 0)
    if "hour12" in found:
        hour = found["hour12"] % 12 + (12 if found.get("is_pm") else 0)
    second = found.get("second", 0)
    clock = dt.datetime.combine(
        _date(found), dt.time(hour, found.get("minute", 0), min(second, 59))
    )
    extra = dt.timedelta(seconds=second - min(second, 59), microseconds=found.get("micro", 0))
    return clock + extra


def parsed(form: str, text: str, kind: str) -> tuple[dt.datetime, str | None]:
    """The date and time that a text names in a form, and its zone where it names one.

    Raises SqlError: when the text does not have the form, or names a date that is none.
    """
    reader = _Reader(text)
    try:
        reader.skip_spaces()
        _read(form, reader, kind)
        reader.skip_spaces()
        if reader.at != len(text):
            raise _NoMatch
        return _civil(reader.found), reader.found.get("zone")
    except (_NoMatch, ValueError, OverflowError) as error:
        raise SqlError(f'Failed to parse input string "{text}"') from error


@scalar("py_parse_date", "DATE")
def parse_date(form: str, text: str) -> dt.date:
    """PARSE_DATE."""
    return parsed(form, text, "DATE")[0].date()


@scalar("py_parse_datetime", "TIMESTAMP")
def parse_datetime(form: str, text: str) -> dt.datetime:
    """PARSE_DATETIME."""
    return parsed(form, text, "DATETIME")[0]


@scalar("py_parse_time", "TIME")
def parse_time(form: str, text: str) -> dt.time:
    """PARSE_TIME."""
    return parsed(form, text, "TIME")[0].time()


@scalar("py_parse_timestamp", "BIGINT")
def parse_timestamp(form: str, text: str, zone: str = "UTC") -> int:
    """PARSE_TIMESTAMP, as microseconds; the zone holds where the text names none."""
    civil, named = parsed(form, text, "TIMESTAMP")
    if "%s" in form:
        return to_micros(civil)
    return moment(civil, named or zone)
