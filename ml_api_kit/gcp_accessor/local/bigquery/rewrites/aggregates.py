"""COUNTIF, AVG, APPROX_COUNT_DISTINCT: their answers over nothing, and their types."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, number, text

NODES = (exp.CountIf, exp.Avg, exp.ApproxDistinct, exp.Count)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The aggregate in DuckDB's terms."""
    if isinstance(node, exp.Count):
        return _check_count(node)
    if isinstance(node.this, exp.Distinct):
        raise unsupported(f"DISTINCT in {type(node).__name__.upper()}")
    if isinstance(node, exp.CountIf):
        # DuckDB's COUNT_IF answers NULL over nothing.
        return exp.Count(this=exp.Case(ifs=[exp.If(this=node.this, true=number(1))]))
    if isinstance(node, exp.Avg):
        return exp.Avg(this=call("bq_float", node.this, text("AVG")))
    return exp.Count(this=exp.Distinct(expressions=[node.this]))


def _check_count(node: exp.Expr) -> exp.Expr:
    values = node.this.expressions if isinstance(node.this, exp.Distinct) else [node.this]
    if len(values) > 1 or node.expressions:
        raise unsupported("COUNT of several values")
    return node
