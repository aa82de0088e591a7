"""Arithmetic of dates and times: adding, differences, truncation, the last day, buckets.

A date is a datetime at midnight here, a time one on 1970-01-01; each function names its unit.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import (
    EPOCH,
    from_micros,
    local_time,
    moment,
    to_micros,
)

_MICROS = {
    "MICROSECOND": 1,
    "MILLISECOND": 1000,
    "SECOND": 10**6,
    "MINUTE": 60 * 10**6,
    "HOUR": 3600 * 10**6,
    "DAY": 86400 * 10**6,
    "WEEK": 7 * 86400 * 10**6,
}
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_WEEKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
_DATE_UNITS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
_DAY = dt.timedelta(days=1)


def civil(value: Any) -> dt.datetime:
    """A date, time or datetime as a datetime without a zone."""
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.time):
        return dt.datetime.combine(EPOCH, value)
    return dt.datetime.combine(value, dt.time())


def add_months(value: dt.datetime, months: int) -> dt.datetime:
    """The same day of another month, or its last day where it is shorter."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise SqlError("Date arithmetic gives a year outside of 1 to 9999")
    day = min(value.day, calendar.monthrange(year, month + 1)[1])
    return value.replace(year=year, month=month + 1, day=day)


def add(value: dt.datetime, number: int, unit: str) -> dt.datetime:
    """The date and time that many units later.

    Raises SqlError: when it is outside of the years 1 to 9999, or the unit is unknown.
    """
    if unit in _MONTHS:
        return add_months(value, number * _MONTHS[unit])
    if unit not in _MICROS:
        raise SqlError(f"Unsupported date part {unit}")
    try:
        return value + dt.timedelta(microseconds=number * _MICROS[unit])
    except OverflowError as error:
        raise SqlError(
            f"Adding {number} {unit} to {value} causes overflow: years 1 to 9999"
        ) from error


def _check(unit: str, allowed: tuple[str, ...], name: str) -> None:
    if unit.split("(")[0] not in allowed:
        raise SqlError(f"{name} does not support the {unit} date part")


@scalar("py_date_add", "DATE")
def date_add(value: dt.date, number: int, unit: str) -> dt.date:
    """A DATE that many units later."""
    _check(unit, _DATE_UNITS, "DATE_ADD")
    return add(civil(value), number, unit).date()


@scalar("py_datetime_add", "TIMESTAMP")
def datetime_add(value: dt.datetime, number: int, unit: str) -> dt.datetime:
    """A DATETIME that many units later."""
    return add(value, number, unit)


@scalar("py_timestamp_add", "BIGINT")
def timestamp_add(micros: int, number: int, unit: str) -> int:
    """A TIMESTAMP that many units later, as microseconds."""
    _check(unit, ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY"), "TIMESTAMP_ADD")
    return to_micros(from_micros(micros + number * _MICROS[unit]))


@scalar("py_time_add", "TIME")
def time_add(value: dt.time, number: int, unit: str) -> dt.time:
    """A TIME that many units later, round the clock."""
    _check(unit, ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR"), "TIME_ADD")
    micros = to_micros(civil(value)) + number * _MICROS[unit]
    return from_micros(micros % _MICROS["DAY"]).time()


def _week_start(unit: str) -> int:
    """The weekday on which a week of the unit begins, Monday being 0."""
    if unit == "WEEK":
        return 6
    if unit == "ISOWEEK":
        return 0
    name = unit.removeprefix("WEEK(").removesuffix(")")
    if name not in _WEEKDAYS:
        raise SqlError(f"Unsupported date part {unit}")
    return _WEEKDAYS.index(name)


def _week_of(day: int, unit: str) -> int:
    # 1970-01-01 was a Thursday.
    return (day + 3 - _week_start(unit)) // 7


def _iso_year(value: dt.datetime) -> int:
    return value.isocalendar()[0]


def difference(later: dt.datetime, earlier: dt.datetime, unit: str) -> int:
    """How many borders of the unit lie between two dates and times."""
    if unit in _MONTHS:
        months = [value.year * 12 + value.month - 1 for value in (later, earlier)]
        return months[0] // _MONTHS[unit] - months[1] // _MONTHS[unit]
    if unit == "ISOYEAR":
        return _iso_year(later) - _iso_year(earlier)
    if unit.startswith(("WEEK", "ISOWEEK")):
        days = [to_micros(value) // _MICROS["DAY"] for value in (later, earlier)]
        return _week_of(days[0], unit) - _week_of(days[1], unit)
    if unit not in _MICROS:
        raise SqlError(f"Unsupported date part {unit}")
    size = _MICROS[unit]
    return to_micros(later) // size - to_micros(earlier) // size


@scalar("py_civil_diff", "BIGINT")
def civil_diff(later: Any, earlier: Any, unit: str) -> int:
    """DATE_DIFF, DATETIME_DIFF and TIME_DIFF."""
    if type(later) is dt.date:
        _check(unit, (*_DATE_UNITS, "ISOWEEK", "ISOYEAR"), "DATE_DIFF")
    if isinstance(later, dt.time):
        _check(unit, ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR"), "TIME_DIFF")
    return difference(civil(later), civil(earlier), unit)


@scalar("py_timestamp_diff", "BIGINT")
def timestamp_diff(later: int, earlier: int, unit: str) -> int:
    """TIMESTAMP_DIFF: whole units, cut towards zero."""
    _check(
        unit, ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY"), "TIMESTAMP_DIFF"
    )
    micros = later - earlier
    whole = abs(micros) // _MICROS[unit]
    return whole if micros >= 0 else -whole


def truncate(value: dt.datetime, unit: str) -> dt.datetime:
    """The date and time at which the unit that holds it begins."""
    midnight = dt.datetime.combine(value, dt.time())
    if unit in _MONTHS:
        months = (value.year * 12 + value.month - 1) // _MONTHS[unit] * _MONTHS[unit]
        return dt.datetime(months // 12, months % 12 + 1, 1)
    if unit == "ISOYEAR":
        return dt.datetime.fromisocalendar(_iso_year(value), 1, 1)
    if unit.startswith(("WEEK", "ISOWEEK")):
        try:
            return midnight - ((value.weekday() - _week_start(unit)) % 7) * _DAY
        except OverflowError as error:
            raise SqlError(f"Truncating to {unit} gives a date before 0001-01-01") from error
    if unit not in _MICROS:
        raise SqlError(f"Unsupported date part {unit}")
    return value - dt.timedelta(microseconds=to_micros(value) % _MICROS[unit])


@scalar("py_date_trunc", "DATE")
def date_trunc(value: dt.date, unit: str) -> dt.date:
    """DATE_TRUNC."""
    _check(unit, (*_DATE_UNITS, "ISOWEEK", "ISOYEAR"), "DATE_TRUNC")
    return truncate(civil(value), unit).date()


@scalar("py_datetime_trunc", "TIMESTAMP")
def datetime_trunc(value: dt.datetime, unit: str) -> dt.datetime:
    """DATETIME_TRUNC."""
    return truncate(value, unit)


@scalar("py_time_trunc", "TIME")
def time_trunc(value: dt.time, unit: str) -> dt.time:
    """TIME_TRUNC."""
    _check(unit, ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR"), "TIME_TRUNC")
    return truncate(civil(value), unit).time()


@scalar("py_timestamp_trunc", "BIGINT")
def timestamp_trunc(micros: int, unit: str, zone: str) -> int:
    """TIMESTAMP_TRUNC on the clocks of a zone, as microseconds."""
    local = local_time(micros, zone)
    start = truncate(local, unit)
    if unit in ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR"):
        return micros - (to_micros(local) - to_micros(start))
    return moment(start, zone)


@scalar("py_last_day", "DATE")
def last_day(value: Any, unit: str = "MONTH") -> dt.date:
    """LAST_DAY of the unit that holds the date."""
    start = truncate(civil(value), unit)
    if unit in _MONTHS:
        last = add_months(start, _MONTHS[unit] - 1)
        return last.replace(day=calendar.monthrange(last.year, last.month)[1]).date()
    if unit == "ISOYEAR":
        return (dt.datetime.fromisocalendar(start.isocalendar()[0] + 1, 1, 1) - _DAY).date()
    if not unit.startswith(("WEEK", "ISOWEEK")):
        raise SqlError(f"LAST_DAY does not support the {unit} date part")
    return (start + 6 * _DAY).date()


@scalar("py_extract_week", "BIGINT")
def extract_week(value: Any, unit: str) -> int:
    """The number of the week in its year, 0 before the first day on which weeks begin."""
    date = civil(value)
    first = (_week_start(unit) - dt.datetime(date.year, 1, 1).weekday()) % 7
    return (date.timetuple().tm_yday - 1 - first) // 7 + 1


def _bucket(
    value: dt.datetime, months: int, days: int, micros: int, origin: dt.datetime
) -> dt.datetime:
    size = days * _MICROS["DAY"] + micros
    if (months > 0) == (size > 0) or months < 0 or size < 0:
        raise SqlError("The width of a bucket must be positive, of months or of days and times")
    if size:
        distance = to_micros(value) - to_micros(origin)
        return origin + dt.timedelta(microseconds=distance // size * size)
    passed = (value.year - origin.year) * 12 + value.month - origin.month
    start = add_months(origin, passed // months * months)
    return start if start <= value else add_months(origin, (passed // months - 1) * months)


@scalar("py_bucket", "TIMESTAMP")
def bucket(value: Any, months: int, days: int, micros: int, origin: Any) -> dt.datetime:
    """The start of the bucket that holds the date and time; buckets count from `origin`."""
    return _bucket(civil(value), months, days, micros, civil(origin))


_MOST = 16000


@scalar("py_date_array", "DATE[]")
def date_array(start: dt.date, end: dt.date, step: int, unit: str) -> list[dt.date]:
    """GENERATE_DATE_ARRAY."""
    _check(unit, _DATE_UNITS, "GENERATE_DATE_ARRAY")
    return [value.date() for value in _series(civil(start), civil(end), step, unit)]


@scalar("py_timestamp_array", "BIGINT[]")
def timestamp_array(start: int, end: int, step: int, unit: str) -> list[int]:
    """GENERATE_TIMESTAMP_ARRAY, as microseconds."""
    if unit not in _MICROS or unit == "WEEK":
        raise SqlError(f"GENERATE_TIMESTAMP_ARRAY does not support the {unit} date part")
    values = _series(from_micros(start), from_micros(end), step, unit)
    return [to_micros(value) for value in values]


def _series(start: dt.datetime, end: dt.datetime, step: int, unit: str) -> list[dt.datetime]:
    if step == 0:
        raise SqlError("Sequence step cannot be 0.")
    if (start > end) if step > 0 else (start < end):
        return []
    values = [start]
    while True:
        # Each is made of the one before: behind 29 February come 29 March, 29 April.
        try:
            following = add(values[-1], step, unit)
        except SqlError:
            return values
        if (following > end) if step > 0 else (following < end):
            return values
        values.append(following)
        if len(values) > _MOST * 100:
            raise SqlError("Cannot generate arrays with more than 1600000 elements.")


@scalar("py_date_of", "DATE")
def date_of(year: int, month: int, day: int) -> dt.date:
    """DATE(year, month, day)."""
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise SqlError(
            f"Input calculates to invalid date: {year:04}-{month:02}-{day:02}"
        ) from error


@scalar("py_datetime_of", "TIMESTAMP")
def datetime_of(
    year: int, month: int, day: int, hour: int, minute: int, second: int
) -> dt.datetime:
    """DATETIME(year, month, day, hour, minute, second)."""
    try:
        return dt.datetime(year, month, day, hour, minute, second)
    except ValueError as error:
        spelled = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        raise SqlError(f"Input calculates to invalid datetime: {spelled}") from error


@scalar("py_time_of", "TIME")
def time_of(hour: int, minute: int, second: int) -> dt.time:
    """TIME(hour, minute, second)."""
    try:
        return dt.time(hour, minute, second)
    except ValueError as error:
        raise SqlError(
            f"Input calculates to invalid time: {hour:02}:{minute:02}:{second:02}"
        ) from error


@scalar("py_datetime_join", "TIMESTAMP")
def datetime_join(date: dt.date, time: dt.time) -> dt.datetime:
    """DATETIME(date, time)."""
    return dt.datetime.combine(date, time)


@scalar("py_shifted", "TIMESTAMP")
def shifted(value: Any, months: int, days: int, micros: int) -> dt.datetime:
    """A date and time with an INTERVAL added: months first, then days, then the time."""
    moved = add_months(civil(value), months)
    try:
        return moved + dt.timedelta(days=days, microseconds=micros)
    except OverflowError as error:
        raise SqlError("Date arithmetic gives a year outside of 1 to 9999") from error
