"""GENERATE_DATE_ARRAY and GENERATE_TIMESTAMP_ARRAY."""

from __future__ import annotations

import datetime as dt

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.calendar_units import (
    DATE_UNITS,
    MICROS,
    add,
    check_unit,
    civil,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import (
    from_micros,
    to_micros,
)

_MOST = 16000


@scalar("py_date_array", "DATE[]")
def date_array(start: dt.date, end: dt.date, step: int, unit: str) -> list[dt.date]:
    """GENERATE_DATE_ARRAY."""
    check_unit(unit, DATE_UNITS, "GENERATE_DATE_ARRAY")
    return [value.date() for value in _series(civil(start), civil(end), step, unit)]


@scalar("py_timestamp_array", "BIGINT[]")
def timestamp_array(start: int, end: int, step: int, unit: str) -> list[int]:
    """GENERATE_TIMESTAMP_ARRAY, as microseconds."""
    if unit not in MICROS or unit == "WEEK":
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
