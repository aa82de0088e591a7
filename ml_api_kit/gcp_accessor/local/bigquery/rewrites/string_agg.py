"""`STRING_AGG(x, delimiter)`: of text only, as DuckDB would spell other values otherwise."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, text

NODES = (exp.GroupConcat,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The aggregate with its value checked to be text."""
    if isinstance(node.this, exp.Limit):
        raise unsupported("LIMIT in STRING_AGG")
    value = node.this
    while isinstance(value, exp.Order):
        value = value.this
    if isinstance(value, exp.Distinct):
        value = value.expressions[0]
    value.replace(call("bq_string", value.copy(), text("STRING_AGG")))
    if node.args.get("separator") is None:
        node.set("separator", text(","))
    return node
