"""DATE_DIFF counts boundaries, TIMESTAMP_DIFF whole units; weeks begin on Sunday."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, number, text

NODES = (exp.DateDiff, exp.DatetimeDiff, exp.TimestampDiff)

_WEEKDAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
_FIRST_WEEKDAYS = {
    **{f"WEEK({weekday})": days for days, weekday in enumerate(_WEEKDAYS)},
    "WEEK": 0,
    "ISOWEEK": 1,
}
_CLOCK_UNITS = ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY")


def rewrite(node: exp.Expr) -> exp.Expr:
    """The number of parts between the two."""
    unit = node.args["unit"]
    name = unit.name.upper() if not isinstance(unit, exp.WeekStart) else f"WEEK({unit.name})"
    if isinstance(node, exp.TimestampDiff):
        if name not in _CLOCK_UNITS:
            raise unsupported(f"TIMESTAMP_DIFF with the part {name}")
        return call("bq_timestamp_diff", text(name.lower()), node.this, node.expression)
    kind = "date" if isinstance(node, exp.DateDiff) else "datetime"
    later, earlier = (
        call(f"bq_{kind}", side, text(f"{kind.upper()}_DIFF"))
        for side in (node.this, node.expression)
    )
    if name in _FIRST_WEEKDAYS:
        # DuckDB's own weeks are whole ones of seven days, not the weeks that begin in between.
        weekday = number(_FIRST_WEEKDAYS[name])
        weeks = [call("bq_weeks", side, weekday.copy()) for side in (later, earlier)]
        return exp.Paren(this=exp.Sub(this=weeks[0], expression=weeks[1]))
    if name not in ("DAY", "MONTH", "QUARTER", "YEAR", *_clock(kind)):
        raise unsupported(f"{kind.upper()}_DIFF with the part {name}")
    return call("date_diff", text(name.lower()), earlier, later)


def _clock(kind: str) -> tuple[str, ...]:
    return _CLOCK_UNITS if kind == "datetime" else ()
