"""Dates and times made of their parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

_Made = TypeVar("_Made")


def _made(kind: Callable[..., _Made], spelled: str, *parts: int) -> _Made:
    """The date or time of the parts; `spelled` is the form that an error has of them."""
    try:
        return kind(*parts)
    except ValueError as error:
        raise SqlError(f"Input calculates to invalid {spelled.format(*parts)}") from error


@scalar("py_date_of", "DATE")
def date_of(year: int, month: int, day: int) -> dt.date:
    """DATE(year, month, day)."""
    return _made(dt.date, "date: {:04}-{:02}-{:02}", year, month, day)


@scalar("py_datetime_of", "TIMESTAMP")
def datetime_of(
    year: int, month: int, day: int, hour: int, minute: int, second: int
) -> dt.datetime:
    """DATETIME(year, month, day, hour, minute, second)."""
    spelled = "datetime: {:04}-{:02}-{:02}T{:02}:{:02}:{:02}"
    return _made(dt.datetime, spelled, year, month, day, hour, minute, second)


@scalar("py_time_of", "TIME")
def time_of(hour: int, minute: int, second: int) -> dt.time:
    """TIME(hour, minute, second)."""
    return _made(dt.time, "time: {:02}:{:02}:{:02}", hour, minute, second)


@scalar("py_datetime_join", "TIMESTAMP")
def datetime_join(date: dt.date, time: dt.time) -> dt.datetime:
    """DATETIME(date, time)."""
    return dt.datetime.combine(date, time)
