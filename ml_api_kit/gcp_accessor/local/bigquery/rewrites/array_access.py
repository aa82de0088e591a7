"""`a[OFFSET(0)]` and its like: an error or NULL beyond the ends, never the wrong element."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, cast, number

NODES = (exp.Bracket,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the macro with the position counted from one."""
    start = node.args.get("offset")
    if start is None or len(node.expressions) != 1:
        raise unsupported("[] without OFFSET, ORDINAL, SAFE_OFFSET or SAFE_ORDINAL")
    position = cast(node.expressions[0], "BIGINT")
    if start == 0:
        position = exp.Paren(this=exp.Add(this=position, expression=number(1)))
    return call("bq_safe_at" if node.args.get("safe") else "bq_at", node.this, position)
