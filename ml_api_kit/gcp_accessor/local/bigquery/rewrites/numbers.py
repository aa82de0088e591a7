"""LOG10 and ROUND: FLOAT64 in, FLOAT64 out."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, number, text

NODES = (exp.Log, exp.Round)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call, its value checked to be FLOAT64 or INT64."""
    if isinstance(node, exp.Round):
        value = call("bq_float", node.this, text("ROUND"))
        decimals = node.args.get("decimals")
        return call("round", value) if decimals is None else _round(value, decimals)
    base = node.this
    if not isinstance(base, exp.Literal) or str(base.this) != "10":
        raise unsupported("LOG with a base; use LN or LOG10")
    return call("log10", call("bq_float", node.expression, text("LOG10")))


def _round(value: exp.Expr, decimals: exp.Expr) -> exp.Expr:
    # BigQuery rounds the number itself; DuckDB what is left of it after a multiplication:
    # 2.675, which is a little less, would become 2.68.
    if not isinstance(decimals, exp.Literal) or int(decimals.this) > 15:
        raise unsupported("ROUND to anything but a constant number of decimals from 0 to 15")
    digits = int(decimals.this)
    return call("bq_round", value, number(digits), text(f"%.{digits}f"), text(f"%.{digits + 30}f"))
