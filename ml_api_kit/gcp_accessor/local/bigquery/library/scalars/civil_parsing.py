"""PARSE_DATE, PARSE_DATETIME, PARSE_TIME and PARSE_TIMESTAMP: a text read element by element.

Blanks in a form stand for any number of blanks, and blanks around the text count for nothing; an
element takes none before it unless it is documented to, such as %e and %k.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements
Source: https://github.com/google/zetasql/blob/master/zetasql/public/functions/parse_date_time.cc
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_formats import DAYS, MONTHS
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_parts import CivilParts
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
_ELEMENT = re.compile(r"%(E\*S|E\dS|E4Y|E[zYyC]|[EO].|.)", re.DOTALL)
# The digits of an element, and the least and the greatest number that it takes.
_NUMBERS = {
    "d": (2, 1, 31), "e": (2, 1, 31), "m": (2, 1, 12), "H": (2, 0, 23), "k": (2, 0, 23),
    "I": (2, 1, 12), "l": (2, 1, 12), "M": (2, 0, 59), "S": (2, 0, 60), "y": (2, 0, 99),
    "j": (3, 1, 366), "J": (3, 1, 371), "U": (2, 0, 53), "W": (2, 0, 53), "V": (2, 1, 53),
    "u": (1, 1, 7), "w": (1, 0, 6), "G": (20, 0, 99999), "g": (2, 0, 99), "Q": (1, 1, 4),
}  # fmt: skip
_CLOCK = {"M": "minute", "S": "second"}
_NOT_IN = {
    "DATE": set("cHIklMPpRrSsTXZz") | {"Ez"},
    "TIME": set("AaBbhCcDdeFGgjmsUuVWwxYyZz") | {"Ez", "E4Y", "EY", "Ey", "EC"},
    "DATETIME": {"Z", "z", "Ez"},
    "TIMESTAMP": set(),
}
"""The elements that the parts of a type do not have."""
_BLANKS = " \t\n\v\f\r"
_OFFSET = re.compile(r"([+-])([01][0-9]|2[0-3])(?:(:?)([0-5][0-9]))?")
_MOST_OFFSET = 14 * 60


class _NoMatch(Exception):
    """The text does not have the form."""


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    parts: CivilParts = field(default_factory=CivilParts)

    def skip_blanks(self, blanks: str = _BLANKS) -> None:
        while self.at < len(self.text) and self.text[self.at] in blanks:
            self.at += 1

    def match(self, pattern: str) -> str:
        found = re.compile(pattern, re.IGNORECASE).match(self.text, self.at)
        if found is None:
            raise _NoMatch
        self.at = found.end()
        return found[0]

    def number(self, digits: int, low: int, high: int) -> int:
        value = int(self.match(f"[0-9]{{1,{digits}}}"))
        if not low <= value <= high:
            raise _NoMatch
        return value

    def name(self, names: list[str]) -> int:
        for position, name in enumerate(names):
            for spelled in (name, name[:3]):
                if self.text[self.at : self.at + len(spelled)].lower() == spelled.lower():
                    self.at += len(spelled)
                    return position
        raise _NoMatch


def _check_elements(form: str, kind: str) -> None:
    for match in _ELEMENT.finditer(form):
        element = match[1]
        is_seconds = element.startswith("E") and element.endswith("S") and kind == "DATE"
        if element in _NOT_IN[kind] or is_seconds:
            raise SqlError(f"Invalid format: %{element} is not allowed for the {kind} type.")


def _read(form: str, reader: _Reader, kind: str) -> None:
    at = 0
    while at < len(form) and reader.at < len(reader.text):
        character = form[at]
        if character in _BLANKS:
            reader.skip_blanks()
            at += 1
        elif character != "%":
            if reader.text[reader.at] != character:
                raise _NoMatch
            reader.at += 1
            at += 1
        else:
            element = _element_at(form, at)
            at += len(element) + 1
            reader.parts.place += 1
            _read_element(element, reader, kind, is_before_other=form[at : at + 1] == "%")
    _check_rest(form, at)
    reader.skip_blanks()
    if reader.at < len(reader.text):
        raise _NoMatch


def _element_at(form: str, at: int) -> str:
    match = _ELEMENT.match(form, at)
    if match is None:
        raise SqlError("Format string cannot end with a single '%'")
    return match[1]


def _check_rest(form: str, at: int) -> None:
    """Nothing, when the rest of a form stands for blanks."""
    if not re.fullmatch(r"(?:[ \t\n\v\f\r]|%[nt])*", form[at:]):
        raise _NoMatch


def _read_element(element: str, reader: _Reader, kind: str, *, is_before_other: bool) -> None:
    parts = reader.parts
    if element in _COMPOSED:
        _read_composed(element, reader)
    elif element in ("n", "t"):
        reader.skip_blanks()
    elif element == "%":
        reader.match("%")
    elif element in ("Y", "EY", "C", "EC"):
        _read_year(element[-1], reader, is_before_other=is_before_other)
    elif element == "E4Y":
        parts.since_1900, parts.is_of_century = int(reader.match("[0-9]{4}")) - 1900, False
        parts.say("year")
    elif element in ("y", "Ey"):
        parts.read_short_year(reader.number(*_NUMBERS["y"]))
        parts.say("year")
    elif element in ("z", "Ez"):
        parts.zone = _offset(element, reader)
    elif element == "Z":
        parts.zone = reader.match(f"[^{_BLANKS}]*")
        if not parts.zone:
            raise SqlError("Invalid empty time zone")
    elif element == "s":
        parts.epoch = int(reader.match("-[0-9]{1,11}|[0-9]{1,12}"))
    elif element[0] in "EO" and not element.endswith("S"):
        raise Refusal(f"%{element} in PARSE_{kind}")
    else:
        _read_part(element, reader)


def _read_composed(element: str, reader: _Reader) -> None:
    """Elements within another: a year is read whole, and stays as it is beside a century."""
    parts = reader.parts
    for character in re.findall(r"%.|.", _COMPOSED[element]):
        if character == " ":
            reader.skip_blanks()
        elif character == "%Y":
            parts.since_1900 = reader.number(4, 0, 9999) - 1900
        elif character == "%y":
            short = reader.number(*_NUMBERS["y"])
            parts.since_1900 = short + (100 if short < 69 else 0)
        elif character.startswith("%"):
            _read_part(character[1:], reader)
        else:
            reader.match(re.escape(character))
    if element in "DxFc":
        parts.say("year", "month", "day")


def _read_year(element: str, reader: _Reader, *, is_before_other: bool) -> None:
    """A year or a century: of one digit more, 10000 or 100, unless an element follows."""
    parts = reader.parts
    digits = (4 if element == "Y" else 2) + (0 if is_before_other else 1)
    value = reader.number(digits, 0, 10000 if element == "Y" else 100)
    if element == "C":
        parts.read_century(value)
    else:
        parts.since_1900, parts.is_of_century, parts.has_century = value - 1900, False, False
    parts.say("year")


def _read_part(element: str, reader: _Reader) -> None:
    parts = reader.parts
    if element in ("B", "b", "h"):
        parts.month = reader.name(MONTHS) + 1
        parts.say("month")
    elif element in ("A", "a"):
        parts.days.append((element, reader.name(DAYS), parts.place))
    elif element in ("p", "P"):
        parts.is_pm = reader.match("am|pm").lower() == "pm"
    elif element.startswith("E"):
        _read_seconds(element, reader)
    elif element in _NUMBERS:
        if element in "ek":
            reader.skip_blanks(" ")
        elif element in "Il":
            reader.skip_blanks()
        _take_number(element, reader.number(*_NUMBERS[element]), parts)
    else:
        raise _NoMatch


def _take_number(element: str, value: int, parts: CivilParts) -> None:
    if element in "HkIl":
        parts.is_of_twelve = element in "Il"
        parts.hour = value % 12 if parts.is_of_twelve else value
    elif element in _CLOCK:
        setattr(parts, _CLOCK[element], value)
    elif element in "de":
        parts.day = value
        parts.say("day")
    elif element == "m":
        parts.month = value
        parts.say("month")
    elif element == "Q":
        parts.month, parts.day = value * 3 - 2, 1
        parts.say("month", "day")
    else:
        parts.days.append((element, value, parts.place))
        if element in "jUW":
            parts.say()


def _read_seconds(element: str, reader: _Reader) -> None:
    reader.parts.second = reader.number(*_NUMBERS["S"])
    digits = element[1]
    if digits == "0" or reader.text[reader.at : reader.at + 1] != ".":
        return
    reader.at += 1
    fraction = reader.match("[0-9]+" if digits == "*" else f"[0-9]{{1,{digits}}}")
    reader.parts.micro = int(fraction[:6].ljust(6, "0"))


def _offset(element: str, reader: _Reader) -> str:
    if element == "Ez" and reader.text[reader.at] == "Z":
        reader.at += 1
        return "UTC"
    match = _OFFSET.match(reader.text, reader.at)
    if match is None:
        raise _NoMatch
    sign, hours, colon, minutes = match.groups()
    if colon and element == "z":
        minutes, reader.at = None, match.end(2)
    else:
        reader.at = match.end()
    if int(hours) * 60 + int(minutes or 0) > _MOST_OFFSET:
        raise SqlError(f"Timezone offset out of valid range -14:00 to +14:00: {match[0]}")
    return f"{sign}{hours}:{minutes or '00'}"


def parsed(form: str, text: str, kind: str) -> tuple[dt.datetime, CivilParts]:
    """The date and time that a text names in a form, and the parts that it was read as.

    Raises SqlError: when the text does not have the form, or names a date that is none.
    """
    _check_elements(form, kind)
    reader = _Reader(text)
    reader.skip_blanks()
    try:
        _read(form, reader, kind)
    except _NoMatch as error:
        raise SqlError(f'Failed to parse input string "{text}"') from error
    return reader.parts.civil(), reader.parts


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
    civil, parts = parsed(form, text, "TIMESTAMP")
    return to_micros(civil) if parts.epoch is not None else moment(civil, parts.zone or zone)
