"""Time zones: names of the tz database, and offsets such as +05:30."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

EPOCH = dt.datetime(1970, 1, 1)
_MICROSECOND = dt.timedelta(microseconds=1)
_OFFSET = re.compile(r"(?:UTC)?([+-])(\d{1,2})(?::?(\d{2}))?")


@lru_cache(maxsize=100)
def time_zone(name: str) -> dt.tzinfo:
    """The zone of a name.

    Raises SqlError: when there is none.
    """
    if name.upper() in ("UTC", "Z", "GMT"):
        return dt.UTC
    if match := _OFFSET.fullmatch(name):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes > 14 * 60 or int(match[3] or 0) > 59:
            raise SqlError(f"Invalid time zone: {name}")
        return dt.timezone(dt.timedelta(minutes=minutes if match[1] == "+" else -minutes))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SqlError(f"Invalid time zone: {name}") from error


def to_micros(civil: dt.datetime) -> int:
    """The microseconds from 1970 to a date and time, both without a zone."""
    return (civil - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> dt.datetime:
    """The date and time without a zone, that many microseconds from 1970.

    Raises SqlError: when it is outside of the years 1 to 9999.
    """
    try:
        return EPOCH + dt.timedelta(microseconds=micros)
    except OverflowError as error:
        raise SqlError("Timestamp is outside of the years 1 to 9999") from error


def local_time(micros: int, zone: str) -> dt.datetime:
    """The date and time on the clocks of a zone at a moment."""
    aware = from_micros(micros).replace(tzinfo=dt.UTC)
    try:
        return aware.astimezone(time_zone(zone)).replace(tzinfo=None)
    except OverflowError as error:
        raise SqlError("Timestamp is outside of the years 1 to 9999") from error


def moment(civil: dt.datetime, zone: str) -> int:
    """The microseconds from 1970 at which the clocks of a zone show a date and time.

    Of two such moments it is the first; for a time left out the offset before it holds.
    """
    tz = time_zone(zone)
    offset = civil.replace(tzinfo=tz, fold=0).utcoffset() or dt.timedelta()
    micros = to_micros(civil) - offset // _MICROSECOND
    from_micros(micros)
    return micros


@scalar("py_local", "TIMESTAMP")
def local(micros: int, zone: str) -> dt.datetime:
    """The DATETIME of a TIMESTAMP in a zone."""
    return local_time(micros, zone)


@scalar("py_moment", "BIGINT")
def moment_of(civil: dt.datetime | dt.date, zone: str) -> int:
    """The TIMESTAMP of a DATETIME or DATE in a zone, as microseconds."""
    if not isinstance(civil, dt.datetime):
        civil = dt.datetime.combine(civil, dt.time())
    return moment(civil, zone)


@scalar("py_micros_in_range", "BIGINT")
def micros_in_range(value: int, factor: int) -> int:
    """A number of seconds or milliseconds as microseconds.

    Raises SqlError: when that is no TIMESTAMP.
    """
    micros = value * factor
    if not -62135596800000000 <= micros <= 253402300799999999:
        raise SqlError(f"Timestamp value is out of range: {value}")
    return micros
