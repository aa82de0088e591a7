"""`INTERVAL 5 DAY` and `INTERVAL '1-2 3 4:5:6' YEAR TO SECOND`."""

from __future__ import annotations

import re

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, cast, number, text

NODES = (exp.Interval,)

_WHOLE = re.compile(r"[+-]?\d+")
_SECONDS = re.compile(r"([+-]?)(\d*)\.(\d{1,6})")


def rewrite(node: exp.Expr) -> exp.Expr:
    """The interval as a value; functions of dates take its number and unit apart from it."""
    unit = node.args.get("unit")
    if isinstance(unit, exp.IntervalSpan):
        span = f"{unit.this.name.upper()} TO {unit.expression.name.upper()}"
        return call("bq_interval_span", node.this, text(span))
    if unit is None:
        raise unsupported("INTERVAL without a unit")
    spelled = unit.name.upper()
    if isinstance(node.this, exp.Literal) and node.this.is_string:
        return _written(node.this.name, spelled)
    if node.this.meta.get("number") is not None and not node.this.meta.get("is_whole"):
        raise invalid_query("Interval value must be coercible to INT64 type")
    return _counted(call("bq_whole", node.this.copy()), spelled)


def _written(value: str, unit: str) -> exp.Expr:
    """The interval of a text, which may have a fraction of seconds."""
    if _WHOLE.fullmatch(value):
        return _counted(cast(number(int(value)), "BIGINT"), unit)
    match = _SECONDS.fullmatch(value)
    if match is None or unit != "SECOND":
        raise invalid_query(f"Invalid INTERVAL value '{value}'")
    micros = int(match[1] + (match[2] or "0") + match[3].ljust(6, "0"))
    return call("bq_interval", cast(number(micros), "BIGINT"), text("MICROSECOND"))


def _counted(count: exp.Expr, unit: str) -> exp.Expr:
    interval = call("bq_interval", count, text(unit))
    interval.meta["interval"] = [count.copy(), text(unit)]
    return interval
