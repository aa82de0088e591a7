"""`x LIKE pattern`: a backslash escapes in BigQuery; ANY and ALL take a list of patterns."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call

NODES = (exp.Like,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The comparison with one pattern, or with each of several."""
    pattern = node.expression
    is_negated = bool(node.args.get("negate"))
    is_single = not isinstance(pattern, (exp.Any, exp.All))
    if is_single and (isinstance(pattern, exp.Null) or isinstance(node.this, exp.Null)):
        raise invalid_query("Operands of LIKE cannot be literal NULL")
    if is_single:
        return _negated(call("bq_like", node.this, pattern), is_negated)
    listed = pattern.this
    if isinstance(listed, exp.Paren):
        listed = exp.Tuple(expressions=[listed.this])
    if not isinstance(listed, exp.Tuple):
        raise unsupported("LIKE ANY or LIKE ALL of a query or an array")
    each = [
        _negated(call("bq_like", node.this.copy(), p.copy()), is_negated)
        for p in listed.expressions
    ]
    joined = exp.or_(*each) if isinstance(pattern, exp.Any) else exp.and_(*each)
    return exp.Paren(this=joined)


def _negated(node: exp.Expr, is_negated: bool) -> exp.Expr:
    return exp.Not(this=node) if is_negated else node
