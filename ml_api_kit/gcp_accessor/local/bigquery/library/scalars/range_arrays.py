"""GENERATE_RANGE_ARRAY: a range in pieces of one length."""

from __future__ import annotations

import datetime as dt
from itertools import count

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.dates import shifted
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar


@scalar("py_range_bounds", "TIMESTAMP[]", takes_nulls=True)
def bounds(
    start: dt.datetime | None, end: dt.datetime | None, step: list[int], kind: str, keeps_last: bool
) -> list[dt.datetime]:
    """The starts of the pieces of a range and the end of the last one.

    A last piece that is shorter than the others is there where it is to be kept. The step is in
    months, days and microseconds; each start is counted from that of the whole.
    """
    if start is None or end is None:
        raise SqlError("input RANGE cannot have UNBOUNDED endpoints")
    _check_step(step, kind)
    found = [start]
    months, days, micros = step
    for number in count(1):
        bound = shifted(start, months * number, days * number, micros * number)
        if bound >= end:
            break
        found.append(bound)
    return [*found, end] if bound == end or keeps_last else found


def _check_step(step: list[int], kind: str) -> None:
    months, days, micros = step
    if months == days == micros == 0:
        raise SqlError("step cannot be 0")
    if min(months, days, micros) < 0:
        raise SqlError("step cannot be negative")
    if kind == "DATE" and micros:
        raise SqlError("step with non-zero (H:M:S[.F]) part is not supported")
    if kind == "TIMESTAMP" and months:
        raise SqlError("step with non-zero MONTH or YEAR part is not supported")
    if months and (days or micros):
        raise SqlError("step should either have the Y-M part or the D (H:M:S[.F]) part")
