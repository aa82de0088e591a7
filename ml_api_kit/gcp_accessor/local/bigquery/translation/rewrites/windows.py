"""`f(x) OVER (…)`: every DuckDB aggregate within the expression of `f` has its own OVER."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.functions import WINDOW_FUNCTIONS
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import cast, with_witness

NODES = (exp.Window,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The expression of the call with each marked aggregate as a window of its own."""
    inner: exp.Expr = node.this
    node.meta["is_aggregate"] = True
    known = inner.meta.get("witness")
    # An aggregate within another, as in SUM(SUM(x)) OVER (), is one of the groups.
    parts = inner.walk(prune=lambda part: bool(part.meta.get("is_aggregate")))
    marked = [part for part in parts if part.meta.get("is_aggregate")]
    is_window_function = isinstance(inner, exp.IgnoreNulls) or (
        isinstance(inner, exp.Anonymous) and inner.name.upper() in WINDOW_FUNCTIONS
    )
    if is_window_function or not marked or marked[0] is inner:
        return with_witness(node, _witness(inner) if known is None else known)
    if any(part.find(exp.Star) for part in marked) and len(marked) > 2:
        raise unsupported(f"{inner.sql('bigquery')[:40]} as a window function")
    spec = {key: value for key, value in node.args.items() if key != "this"}
    for part in marked:
        copied = {key: _copied(value) for key, value in spec.items()}
        window = exp.Window(this=part.copy(), **copied)
        window.meta["is_aggregate"] = True
        part.replace(window)
    return inner


def _witness(function: exp.Expr) -> exp.Expr:
    """What has the type of a window function: its first argument, or a number."""
    if isinstance(function, exp.IgnoreNulls):
        value = function.this.this
        return value.copy() if isinstance(value, exp.Expr) else exp.null()
    name = function.name.upper()
    if name in ("PERCENT_RANK", "CUME_DIST"):
        return cast(exp.null(), "DOUBLE")
    arguments = function.expressions
    if name in ("ROW_NUMBER", "RANK", "DENSE_RANK", "NTILE") or not arguments:
        return cast(exp.null(), "BIGINT")
    value = arguments[0]
    if isinstance(value, (exp.IgnoreNulls, exp.RespectNulls)):
        value = value.this
    copied: exp.Expr = value.copy()
    return copied


def _copied(value: object) -> object:
    return value.copy() if isinstance(value, exp.Expr) else value
