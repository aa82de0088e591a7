"""`f(x) OVER (…)`: every DuckDB aggregate within the expression of `f` has its own OVER."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported

NODES = (exp.Window,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The expression of the call with each marked aggregate as a window of its own."""
    inner = node.this
    if isinstance(inner, (exp.IgnoreNulls, exp.RespectNulls)):
        return node
    marked = [part for part in inner.walk() if part.meta.get("is_aggregate")]
    if not marked or marked[0] is inner:
        return node
    if any(part.find(exp.Star) for part in marked) and len(marked) > 2:
        raise unsupported(f"{inner.sql('bigquery')[:40]} as a window function")
    spec = {key: value for key, value in node.args.items() if key != "this"}
    for part in marked:
        copied = {key: _copied(value) for key, value in spec.items()}
        part.replace(exp.Window(this=part.copy(), **copied))
    return inner


def _copied(value: object) -> object:
    return value.copy() if isinstance(value, exp.Expr) else value
