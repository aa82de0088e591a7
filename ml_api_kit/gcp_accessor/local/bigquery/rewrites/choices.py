"""`IF(c, a, b)` and `CASE`: the values in one type."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.branches import in_one_type

NODES = (exp.Case, exp.If)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The choice, of which DuckDB finds the type that BigQuery would."""
    if isinstance(node, exp.If):
        if isinstance(node.parent, exp.Case):
            return node
        places = [(node, "true"), (node, "false")]
    else:
        places = [(branch, "true") for branch in node.args["ifs"]] + [(node, "default")]
    places = [(parent, key) for parent, key in places if parent.args.get(key) is not None]
    values = [parent.args[key] for parent, key in places]
    for (parent, key), value, changed in zip(places, values, in_one_type(values), strict=True):
        if changed is not value:
            parent.set(key, changed)
    return node
