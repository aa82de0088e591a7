"""`HLL_COUNT.INIT(x)`, which the tree takes for a field of `HLL_COUNT`."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.rewrites.calls import hll_call

NODES = (exp.Dot,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call; a field of a struct is left as it is."""
    if isinstance(node.expression, exp.Anonymous) and node.this.name.upper() == "HLL_COUNT":
        assert isinstance(node, exp.Dot)
        return hll_call(node)
    return node
