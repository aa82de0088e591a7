"""`a[OFFSET(0)]` and its like: an error or NULL beyond the ends, never the wrong element."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, number

NODES = (exp.Bracket,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the macro with the position counted from one; a bare `[0]` may be of JSON."""
    start = node.args.get("offset")
    if len(node.expressions) != 1:
        raise unsupported(node.sql("bigquery")[:60])
    position = node.expressions[0]
    if start is None:
        return call("bq_subscript", node.this, position)
    place = call("bq_add", position, number(1)) if start == 0 else call("bq_whole", position)
    return call("bq_safe_at" if node.args.get("safe") else "bq_at", node.this, place)
