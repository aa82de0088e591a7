"""`x LIKE pattern`: a backslash escapes in BigQuery; in DuckDB only when told so."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.nodes import text

NODES = (exp.Like,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The comparison with the escape character named."""
    like = exp.Like(this=node.this.copy(), expression=node.expression.copy())
    escaped = exp.Escape(this=like, expression=text("\\"))
    return exp.Not(this=escaped) if node.args.get("negate") else escaped
