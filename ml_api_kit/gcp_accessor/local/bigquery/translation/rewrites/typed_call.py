"""A call of a macro that an earlier step has put into the tree, once its argument is DuckDB's."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import TypedCall, call

NODES = (TypedCall,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call, in the form for the type of its argument."""
    return call(node.args["function"], node.this.copy())
