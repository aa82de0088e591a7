"""`INTERVAL 5 DAY` and `INTERVAL '1-2 3 4:5:6' YEAR TO SECOND`."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, text

NODES = (exp.Interval,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The interval as a value; functions of dates take its number and unit apart from it."""
    unit = node.args.get("unit")
    if isinstance(unit, exp.IntervalSpan):
        span = f"{unit.this.name.upper()} TO {unit.expression.name.upper()}"
        return call("bq_interval_span", node.this, text(span))
    if unit is None:
        raise unsupported("INTERVAL without a unit")
    value = node.this
    if isinstance(value, exp.Literal) and value.is_string:
        number: exp.Expr = exp.Cast(this=value.copy(), to=exp.DataType.build("BIGINT"))
        number.meta["is_duckdb"] = True
    else:
        number = call("bq_whole", value.copy())
    interval = call("bq_interval", number, text(unit.name.upper()))
    interval.meta["interval"] = [number.copy(), text(unit.name.upper())]
    return interval
