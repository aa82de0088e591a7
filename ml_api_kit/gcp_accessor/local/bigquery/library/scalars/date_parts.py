"""Dates and times made of their parts."""

from __future__ import annotations

import datetime as dt

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar


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
