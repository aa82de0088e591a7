"""`ARRAY_AGG(x IGNORE NULLS ORDER BY y LIMIT n)` as a filtered list, cut to length."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, number

NODES = (exp.ArrayAgg, exp.IgnoreNulls)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The list, without its NULLs where the statement says so."""
    if isinstance(node, exp.IgnoreNulls):
        return _ignore_nulls(node)
    if isinstance(node.parent, exp.IgnoreNulls):
        return node
    return _sliced(node, None)


def _ignore_nulls(node: exp.IgnoreNulls) -> exp.Expr:
    if not isinstance(node.this, exp.ArrayAgg):
        return node
    return _sliced(node.this, _value(node.this))


def _value(node: exp.Expr) -> exp.Expr:
    value = node.this
    while isinstance(value, (exp.Limit, exp.Order)):
        value = value.this
    if isinstance(value, exp.Distinct):
        value = value.expressions[0]
    assert isinstance(value, exp.Expr)
    return value


def _sliced(node: exp.Expr, not_null: exp.Expr | None) -> exp.Expr:
    value, limit = node.this, None
    if isinstance(value, exp.Limit):
        value, limit = value.this, value.expression
    if isinstance(node.find_ancestor(exp.Window), exp.Window) and (limit or not_null):
        raise unsupported("ARRAY_AGG with IGNORE NULLS or LIMIT as a window function")
    result: exp.Expr = exp.ArrayAgg(this=value.copy())
    if not_null is not None:
        condition = exp.Not(this=exp.Is(this=not_null.copy(), expression=exp.null()))
        result = exp.Filter(this=result, expression=exp.Where(this=condition))
    return call("list_slice", result, number(1), limit.copy()) if limit is not None else result
