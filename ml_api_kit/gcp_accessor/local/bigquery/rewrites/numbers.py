"""LOG10 and ROUND: FLOAT64 in, FLOAT64 out."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, text

NODES = (exp.Log, exp.Round)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call, its value checked to be FLOAT64 or INT64."""
    if isinstance(node, exp.Round):
        value = call("bq_float", node.this, text("ROUND"))
        decimals = node.args.get("decimals")
        return call("round", value, decimals) if decimals is not None else call("round", value)
    base = node.this
    if not isinstance(base, exp.Literal) or str(base.this) != "10":
        raise unsupported("LOG with a base; use LN or LOG10")
    return call("log10", call("bq_float", node.expression, text("LOG10")))
