"""GENERATE_ARRAY of whole numbers."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, cast

NODES = (exp.GenerateSeries,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The list of whole numbers from start to end."""
    if node.args.get("is_end_exclusive"):
        raise unsupported("a range without its end")
    bounds = [node.args[name] for name in ("start", "end", "step") if node.args.get(name)]
    if any(isinstance(bound, exp.Cast) and bound.to.is_type("double") for bound in bounds):
        raise unsupported("GENERATE_ARRAY of FLOAT64")
    return call("generate_series", *[cast(bound, "BIGINT") for bound in bounds])
