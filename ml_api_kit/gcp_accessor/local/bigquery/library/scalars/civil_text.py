"""Dates and times as BigQuery spells them, and CAST of text to them."""

from __future__ import annotations

import datetime as dt
import re

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import (
    from_micros,
    local_time,
    moment,
)

_DATE = r"(?P<y>\d{4,5})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
_TIME = r"(?P<h>\d{1,2}):(?P<mi>\d{1,2}):(?P<s>\d{1,2})(?:\.(?P<f>\d{0,9}))?"
_DATE_ONLY = re.compile(_DATE)
_TIME_ONLY = re.compile(_TIME)
_DATETIME = re.compile(rf"{_DATE}(?:[ tT]{_TIME})?")
_TIMESTAMP = re.compile(
    rf"{_DATE}(?:[ tT]{_TIME})?(?P<z>[zZ]| ?[+-]\d{{1,2}}(?::?\d{{2}})?| [A-Za-z][\w/+-]*)?"
)


def time_text(value: dt.time) -> str:
    """The time of day as `03:04:05.678`."""
    return _shortened(value.isoformat(), value.microsecond)


def datetime_text(value: dt.datetime, between: str = " ") -> str:
    """The date and time as `2020-01-02 03:04:05.678`."""
    return _shortened(value.isoformat(between), value.microsecond)


def _shortened(text: str, micros: int) -> str:
    """The text with three digits of the fraction, where the others are zeros."""
    return text[:-3] if micros and micros % 1000 == 0 else text


def offset_text(minutes: int, *, colon: str = ":") -> str:
    """The distance from UTC as `+00`, or `+05:30`."""
    sign, size = ("-" if minutes < 0 else "+"), abs(minutes)
    rest = f"{colon}{size % 60:02}" if size % 60 else ""
    return f"{sign}{size // 60:02}{rest}"


def timestamp_text(micros: int, zone: str = "UTC") -> str:
    """The moment on the clocks of a zone as `2020-01-02 03:04:05+00`."""
    return datetime_text(shown_time(micros, zone)) + offset_text(offset_minutes(micros, zone))


def shown_time(micros: int, zone: str) -> dt.datetime:
    """The date and time that a text shows beside the offset: without the seconds of old offsets."""
    return from_micros(micros + offset_minutes(micros, zone) * 60_000_000)


def offset_minutes(micros: int, zone: str) -> int:
    """How far the clocks of a zone are before UTC at a moment."""
    if zone == "UTC":
        return 0
    local, utc = local_time(micros, zone), local_time(micros, "UTC")
    return int((local - utc).total_seconds()) // 60


def _date(match: re.Match[str]) -> dt.date:
    return dt.date(int(match["y"]), int(match["m"]), int(match["d"]))


def _time(match: re.Match[str], *, most_seconds: int = 99) -> dt.time:
    if match["h"] is None:
        return dt.time()
    fraction = match["f"] or ""
    if len(fraction) > 6 and fraction[6:].strip("0"):
        raise ValueError("nanoseconds")
    micros = int(fraction[:6].ljust(6, "0"))
    seconds = min(int(match["s"]), most_seconds)
    return dt.time(int(match["h"]), int(match["mi"]), seconds, micros)


@scalar("py_text_to_date", "DATE")
def text_to_date(text: str) -> dt.date:
    """CAST of text to DATE."""
    match = _DATE_ONLY.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        return _date(match)
    except ValueError as error:
        raise SqlError(f"Invalid date: '{text}'") from error


@scalar("py_text_to_time", "TIME")
def text_to_time(text: str) -> dt.time:
    """CAST of text to TIME."""
    match = _TIME_ONLY.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        return _time(match)
    except ValueError as error:
        raise SqlError(f'Invalid time string "{text}"') from error


@scalar("py_text_to_datetime", "TIMESTAMP")
def text_to_datetime(text: str) -> dt.datetime:
    """CAST of text to DATETIME."""
    match = _DATETIME.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        return _civil(match)
    except (ValueError, OverflowError) as error:
        raise SqlError(f'Invalid datetime string "{text}"') from error


def _civil(match: re.Match[str]) -> dt.datetime:
    # A leap second is the first of the next minute.
    if match["s"] is not None and int(match["s"]) == 60:
        whole = dt.datetime.combine(_date(match), _time(match, most_seconds=59))
        return whole + dt.timedelta(seconds=1)
    return dt.datetime.combine(_date(match), _time(match))


@scalar("py_text_to_moment", "BIGINT")
def text_to_moment(text: str, zone: str = "UTC") -> int:
    """CAST of text to TIMESTAMP, as microseconds; the zone holds where the text names none."""
    match = _TIMESTAMP.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        return moment(_civil(match), (match["z"] or zone).strip())
    except (ValueError, OverflowError, SqlError) as error:
        raise SqlError(f"Invalid timestamp: '{text}'") from error


@scalar("py_date_text", "VARCHAR")
def date_text(value: dt.date) -> str:
    """CAST of DATE to text."""
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


@scalar("py_time_text", "VARCHAR")
def time_cast(value: dt.time) -> str:
    """CAST of TIME to text."""
    return time_text(value)


@scalar("py_datetime_text", "VARCHAR")
def datetime_cast(value: dt.datetime) -> str:
    """CAST of DATETIME to text."""
    return datetime_text(value)


@scalar("py_timestamp_text", "VARCHAR")
def timestamp_cast(micros: int, zone: str = "UTC") -> str:
    """CAST of TIMESTAMP to text."""
    return timestamp_text(micros, zone)
