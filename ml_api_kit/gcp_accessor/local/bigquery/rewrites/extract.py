"""EXTRACT: days of the week count from Sunday as 1, weeks begin on Sunday."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, cast, text

NODES = (exp.Extract,)

_FUNCTIONS = {
    "YEAR": "year",
    "QUARTER": "quarter",
    "MONTH": "month",
    "DAY": "day",
    "DAYOFYEAR": "dayofyear",
    "ISOWEEK": "weekofyear",
    "ISOYEAR": "isoyear",
    "HOUR": "hour",
    "MINUTE": "minute",
    "SECOND": "second",
}
# A DATE has none of these.
_OF_TIMES = ("DATE", "DATETIME", "HOUR", "MINUTE", "SECOND")


def rewrite(node: exp.Expr) -> exp.Expr:
    """The part of the date or time, as a whole number or a date."""
    part = node.this.name.upper()
    if isinstance(node.this, exp.WeekStart):
        part = f"WEEK({part})"
    name = "bq_timed" if part in _OF_TIMES else "bq_dated"
    moment = call(name, node.expression)
    if part in ("DATE", "DATETIME"):
        return call(f"bq_cast_{part.lower()}", moment)
    if part == "DAYOFWEEK":
        day = exp.Add(this=call("dayofweek", moment), expression=exp.Literal.number(1))
        return exp.Paren(this=day)
    if part in ("WEEK", "WEEK(SUNDAY)"):
        return cast(call("strftime", moment, text("%U")), "BIGINT")
    if part not in _FUNCTIONS:
        raise unsupported(f"EXTRACT of the part {part}")
    return call(_FUNCTIONS[part], moment)
