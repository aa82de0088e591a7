"""The units of dates and times: how long they are, when they begin, and moments that many later."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import EPOCH

MICROS = {
    "MICROSECOND": 1,
    "MILLISECOND": 1000,
    "SECOND": 10**6,
    "MINUTE": 60 * 10**6,
    "HOUR": 3600 * 10**6,
    "DAY": 86400 * 10**6,
    "WEEK": 7 * 86400 * 10**6,
}
MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_WEEKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
DATE_UNITS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
DAY = dt.timedelta(days=1)


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
    if unit in MONTHS:
        return add_months(value, number * MONTHS[unit])
    if unit not in MICROS:
        raise SqlError(f"Unsupported date part {unit}")
    try:
        return value + dt.timedelta(microseconds=number * MICROS[unit])
    except OverflowError as error:
        raise SqlError(
            f"Adding {number} {unit} to {value} causes overflow: years 1 to 9999"
        ) from error


def check_unit(unit: str, allowed: tuple[str, ...], name: str) -> None:
    """Nothing, where the function called `name` takes the unit.

    Raises SqlError: where it does not.
    """
    if unit.split("(")[0] not in allowed:
        raise SqlError(f"{name} does not support the {unit} date part")


def week_start(unit: str) -> int:
    """The weekday on which a week of the unit begins, Monday being 0."""
    if unit == "WEEK":
        return 6
    if unit == "ISOWEEK":
        return 0
    name = unit.removeprefix("WEEK(").removesuffix(")")
    if name not in _WEEKDAYS:
        raise SqlError(f"Unsupported date part {unit}")
    return _WEEKDAYS.index(name)


def week_of(day: int, unit: str) -> int:
    """The number of the week of a day, both counted from those of 1970-01-01."""
    # 1970-01-01 was a Thursday.
    return (day + 3 - week_start(unit)) // 7


def iso_year(value: dt.datetime) -> int:
    """The year that the week of a date belongs to."""
    return value.isocalendar()[0]
