"""DATE_DIFF counts boundaries, TIMESTAMP_DIFF whole units; weeks begin on Sunday."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, text

NODES = (exp.DateDiff, exp.DatetimeDiff, exp.TimestampDiff)

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
    if name in ("WEEK", "WEEK(SUNDAY)"):
        return exp.Paren(
            this=exp.Sub(this=call("bq_sundays", later), expression=call("bq_sundays", earlier))
        )
    names = {"ISOWEEK": "week", "WEEK(MONDAY)": "week"}
    if name not in ("DAY", "MONTH", "QUARTER", "YEAR", *names, *_clock(kind)):
        raise unsupported(f"{kind.upper()}_DIFF with the part {name}")
    return call("date_diff", text(names.get(name, name.lower())), earlier, later)


def _clock(kind: str) -> tuple[str, ...]:
    return _CLOCK_UNITS if kind == "datetime" else ()
