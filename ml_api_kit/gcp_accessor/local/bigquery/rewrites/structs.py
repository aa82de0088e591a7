"""`STRUCT(1 AS a, b)`: every field must have a name, for unnamed ones differ."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported

NODES = (exp.Struct,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The struct as it is, once each field is known to have a name."""
    if isinstance(node.parent, exp.Cast):
        return node
    if isinstance(node.parent, exp.Array):
        _name_like_first(node, node.parent)
    if not all(isinstance(field, (exp.PropertyEQ, exp.Column)) for field in node.expressions):
        raise unsupported("STRUCT with a field that has no name; write STRUCT(value AS name)")
    return node


def _name_like_first(node: exp.Expr, array: exp.Array) -> None:
    # In an array the first struct names the fields of all.
    first = array.expressions[0]
    if first is node or not isinstance(first, exp.Struct):
        return
    if len(first.expressions) != len(node.expressions):
        return
    for pattern, value in zip(first.expressions, list(node.expressions), strict=True):
        if isinstance(pattern, exp.PropertyEQ) and not isinstance(value, exp.PropertyEQ):
            named = exp.PropertyEQ(this=pattern.this.copy(), expression=value.copy())
            value.replace(named)
