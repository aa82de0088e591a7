"""DATE_TRUNC, TIMESTAMP_TRUNC, DATETIME_TRUNC: the answer has the type of the argument."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, cast, text

_KINDS: dict[type[exp.Expr], tuple[str, str]] = {
    exp.DateTrunc: ("date", "DATE"),
    exp.TimestampTrunc: ("timestamp", "TIMESTAMPTZ"),
    exp.DatetimeTrunc: ("datetime", "TIMESTAMP"),
}
NODES = tuple(_KINDS)

_CALENDAR_UNITS = {"DAY": "day", "MONTH": "month", "QUARTER": "quarter", "YEAR": "year"}
_WEEK_UNITS = {"ISOWEEK": "week", "WEEK(MONDAY)": "week"}
_CLOCK_UNITS = {"HOUR": "hour", "MINUTE": "minute", "SECOND": "second"}


def rewrite(node: exp.Expr) -> exp.Expr:
    """The moment at which the part began."""
    kind, duckdb_type = _KINDS[type(node)]
    unit = node.args["unit"]
    name = unit.name.upper() if not isinstance(unit, exp.WeekStart) else f"WEEK({unit.name})"
    moment = call(f"bq_{kind}", node.this, text(f"{kind.upper()}_TRUNC"))
    if name in ("WEEK", "WEEK(SUNDAY)"):
        # The Monday before the next day is the day after the Sunday that is looked for.
        shifted = exp.Add(this=moment, expression=call("to_days", exp.Literal.number(1)))
        monday = call("date_trunc", text("week"), exp.Paren(this=shifted))
        sunday = exp.Sub(this=monday, expression=call("to_days", exp.Literal.number(1)))
        return cast(exp.Paren(this=sunday), duckdb_type)
    units = _CALENDAR_UNITS | _WEEK_UNITS | ({} if kind == "date" else _CLOCK_UNITS)
    if name not in units:
        raise unsupported(f"{kind.upper()}_TRUNC with the part {name}")
    return cast(call("date_trunc", text(units[name]), moment), duckdb_type)
