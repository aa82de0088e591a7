"""`x LIKE pattern`: a backslash escapes in BigQuery; in DuckDB only when told so."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.nodes import text

NODES = (exp.Like,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The comparison with the escape character named."""
    return exp.Escape(this=node.copy(), expression=text("\\"))
