"""Functions of text with optional arguments: LENGTH, SUBSTR, TRIM, LPAD, `||`."""

from __future__ import annotations

from functools import reduce

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, text

NODES = (exp.Length, exp.Substring, exp.Trim, exp.Pad, exp.DPipe, exp.Concat)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call in DuckDB's terms."""
    if isinstance(node, exp.Length):
        return call("bq_length", node.this)
    if isinstance(node, exp.Substring):
        return _substring(node)
    if isinstance(node, exp.Trim):
        return _trim(node)
    if isinstance(node, exp.Pad):
        return _pad(node)
    return _join(node)


def _substring(node: exp.Expr) -> exp.Expr:
    size = node.args.get("length")
    if size is None:
        return call("bq_substr", node.this, node.args["start"])
    return call("bq_substr_length", node.this, node.args["start"], size)


def _trim(node: exp.Expr) -> exp.Expr:
    side = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(node.args.get("position") or "", "trim")
    characters = node.args.get("expression")
    if characters is None:
        return call(f"bq_{side}", node.this)
    return call(side, call("bq_string", node.this, text(side.upper())), characters)


def _pad(node: exp.Expr) -> exp.Expr:
    fill = node.args.get("fill_pattern") or text(" ")
    return call("lpad" if node.args.get("is_left") else "rpad", node.this, node.expression, fill)


def _join(node: exp.Expr) -> exp.Expr:
    if node.args.get("coalesce"):
        raise unsupported("CONCAT that leaves NULLs out")
    parts = [node.this, node.expression] if isinstance(node, exp.DPipe) else node.expressions
    checked = [
        part if isinstance(part, exp.Literal) and part.is_string else call("bq_joinable", part)
        for part in parts
    ]
    return exp.Paren(
        this=reduce(lambda left, right: exp.DPipe(this=left, expression=right, safe=True), checked)
    )
