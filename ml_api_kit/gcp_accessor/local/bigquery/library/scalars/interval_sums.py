"""SUM and AVG of INTERVAL: DuckDB adds up a number in which months, days and time are apart."""

from __future__ import annotations

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.intervals import (
    PARTS_TYPE,
    Parts,
    divide,
    to_parts,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import scalar

# No sum of either part, of however many rows, comes near to half of it.
_STEP = 10**30


@scalar("py_packed_interval", "BIGNUM")
def packed(months: int, days: int, micros: int) -> str:
    """The parts in one number."""
    return str((months * _STEP + days) * _STEP + micros)


@scalar("py_interval_sum", PARTS_TYPE)
def interval_sum(total: str) -> Parts:
    """The interval of a sum of such numbers."""
    return to_parts(*_unpacked(total))


@scalar("py_interval_average", PARTS_TYPE)
def interval_average(total: str, count: int) -> Parts:
    """The interval of a sum of such numbers, divided by how many they are."""
    return divide(*_unpacked(total), count)


def _unpacked(total: str) -> tuple[int, int, int]:
    rest, micros = _parted(int(total))
    months, days = _parted(rest)
    return months, days, micros


def _parted(number: int) -> tuple[int, int]:
    """What is before and behind the step; the latter may be negative."""
    rest = (number + _STEP // 2) // _STEP
    return rest, number - rest * _STEP
