"""`LIMIT n` and `OFFSET n` by an expression: where it is NULL, DuckDB has no limit."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, cast, text

NODES = (exp.Limit, exp.Offset)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The clause with a count that fails where it is NULL."""
    count = node.expression
    if isinstance(node.parent, exp.Query) and count.meta.get("number") is None:
        failed = cast(call("py_error", text("Limit requires non-null count and offset")), "BIGINT")
        node.set("expression", exp.Coalesce(this=count.copy(), expressions=[failed]))
    return node
