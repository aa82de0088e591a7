"""Arithmetic of dates and times: adding, differences, truncation, the last day, buckets.

A date is a datetime at midnight here, a time one on 1970-01-01; each function names its unit.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.calendar_units import (
    DATE_UNITS,
    DAY,
    MICROS,
    MONTHS,
    add,
    add_months,
    check_unit,
    civil,
    iso_year,
    week_of,
    week_start,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import (
    from_micros,
    local_time,
    moment,
    to_micros,
)


@scalar("py_date_add", "DATE")
def date_add(value: dt.date, number: int, unit: str) -> dt.date:
    """A DATE that many units later."""
    check_unit(unit, DATE_UNITS, "DATE_ADD")
    return add(civil(value), number, unit).date()


@scalar("py_datetime_add", "TIMESTAMP")
def datetime_add(value: dt.datetime, number: int, unit: str) -> dt.datetime:
    """A DATETIME that many units later."""
    return add(value, number, unit)


@scalar("py_timestamp_add", "BIGINT")
def timestamp_add(micros: int, number: int, unit: str) -> int:
    """A TIMESTAMP that many units later, as microseconds."""
    check_unit(
        unit, ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY"), "TIMESTAMP_ADD"
    )
    return to_micros(from_micros(micros + number * MICROS[unit]))


@scalar("py_time_add", "TIME")
def time_add(value: dt.time, number: int, unit: str) -> dt.time:
    """A TIME that many units later, round the clock."""
    check_unit(unit, ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR"), "TIME_ADD")
    micros = to_micros(civil(value)) + number * MICROS[unit]
    return from_micros(micros % MICROS["DAY"]).time()


def difference(later: dt.datetime, earlier: dt.datetime, unit: str) -> int:
    """How many borders of the unit lie between two dates and times."""
    if unit in MONTHS:
        months = [value.year * 12 + value.month - 1 for value in (later, earlier)]
        return months[0] // MONTHS[unit] - months[1] // MONTHS[unit]
    if unit == "ISOYEAR":
        return iso_year(later) - iso_year(earlier)
    if unit.startswith(("WEEK", "ISOWEEK")):
        days = [to_micros(value) // MICROS["DAY"] for value in (later, earlier)]
        return week_of(days[0], unit) - week_of(days[1], unit)
    if unit not in MICROS:
        raise SqlError(f"Unsupported date part {unit}")
    size = MICROS[unit]
    return to_micros(later) // size - to_micros(earlier) // size


@scalar("py_civil_diff", "BIGINT")
def civil_diff(later: Any, earlier: Any, unit: str) -> int:
    """DATE_DIFF, DATETIME_DIFF and TIME_DIFF."""
    if type(later) is dt.date:
        check_unit(unit, (*DATE_UNITS, "ISOWEEK", "ISOYEAR"), "DATE_DIFF")
    if isinstance(later, dt.time):
        check_unit(unit, ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR"), "TIME_DIFF")
    return difference(civil(later), civil(earlier), unit)


@scalar("py_timestamp_diff", "BIGINT")
def timestamp_diff(later: int, earlier: int, unit: str) -> int:
    """TIMESTAMP_DIFF: whole units, cut towards zero."""
    check_unit(
        unit, ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY"), "TIMESTAMP_DIFF"
    )
    micros = later - earlier
    whole = abs(micros) // MICROS[unit]
    return whole if micros >= 0 else -whole


def truncate(value: dt.datetime, unit: str) -> dt.datetime:
    """The date and time at which the unit that holds it begins."""
    midnight = dt.datetime.combine(value, dt.time())
    if unit in MONTHS:
        months = (value.year * 12 + value.month - 1) // MONTHS[unit] * MONTHS[unit]
        return dt.datetime(months // 12, months % 12 + 1, 1)
    if unit == "ISOYEAR":
        return dt.datetime.fromisocalendar(iso_year(value), 1, 1)
    if unit.startswith(("WEEK", "ISOWEEK")):
        try:
            return midnight - ((value.weekday() - week_start(unit)) % 7) * DAY
        except OverflowError as error:
            raise SqlError(f"Truncating to {unit} gives a date before 0001-01-01") from error
    if unit not in MICROS:
        raise SqlError(f"Unsupported date part {unit}")
    return value - dt.timedelta(microseconds=to_micros(value) % MICROS[unit])


@scalar("py_date_trunc", "DATE")
def date_trunc(value: dt.date, unit: str) -> dt.date:
    """DATE_TRUNC."""
    check_unit(unit, (*DATE_UNITS, "ISOWEEK", "ISOYEAR"), "DATE_TRUNC")
    return truncate(civil(value), unit).date()


@scalar("py_datetime_trunc", "TIMESTAMP")
def datetime_trunc(value: dt.datetime, unit: str) -> dt.datetime:
    """DATETIME_TRUNC."""
    return truncate(value, unit)


@scalar("py_time_trunc", "TIME")
def time_trunc(value: dt.time, unit: str) -> dt.time:
    """TIME_TRUNC."""
    check_unit(unit, ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR"), "TIME_TRUNC")
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
    if unit in MONTHS:
        last = add_months(start, MONTHS[unit] - 1)
        return last.replace(day=calendar.monthrange(last.year, last.month)[1]).date()
    if unit == "ISOYEAR":
        return (dt.datetime.fromisocalendar(start.isocalendar()[0] + 1, 1, 1) - DAY).date()
    if not unit.startswith(("WEEK", "ISOWEEK")):
        raise SqlError(f"LAST_DAY does not support the {unit} date part")
    return (start + 6 * DAY).date()


@scalar("py_extract_week", "BIGINT")
def extract_week(value: Any, unit: str) -> int:
    """The number of the week in its year, 0 before the first day on which weeks begin."""
    date = civil(value)
    first = (week_start(unit) - dt.datetime(date.year, 1, 1).weekday()) % 7
    return (date.timetuple().tm_yday - 1 - first) // 7 + 1


def _bucket(
    value: dt.datetime, months: int, days: int, micros: int, origin: dt.datetime
) -> dt.datetime:
    size = days * MICROS["DAY"] + micros
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


@scalar("py_shifted", "TIMESTAMP")
def shifted(value: Any, months: int, days: int, micros: int) -> dt.datetime:
    """A date and time with an INTERVAL added: months first, then days, then the time."""
    moved = add_months(civil(value), months)
    try:
        return moved + dt.timedelta(days=days, microseconds=micros)
    except OverflowError as error:
        raise SqlError("Date arithmetic gives a year outside of 1 to 9999") from error
