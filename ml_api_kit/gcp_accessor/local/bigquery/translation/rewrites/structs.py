"""`STRUCT(1 AS a, b)` and `(1, 'x')`: fields without a name are `_field_1`, `_field_2`, …."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.functions import NATIVE

NODES = (exp.Struct, exp.Tuple)

_NO_STRUCT = (exp.Values, exp.Any, exp.All, exp.Group, exp.GroupingSets, exp.Rollup, exp.Cube)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The struct with a name for each field; in an array the first struct names those of all."""
    if isinstance(node, exp.Tuple):
        if isinstance(node.parent, (*_NO_STRUCT, exp.Pivot, exp.PivotAlias, exp.Insert)):
            return node
        return _nameless(node)
    members = [
        member if isinstance(member, exp.PropertyEQ) else NATIVE["STRUCT"]([member]).expressions[0]
        for member in node.expressions
    ]
    for position, member in enumerate(members, start=1):
        if member.this.name == "_field_1":
            member.set("this", exp.to_identifier(f"_field_{position}", quoted=True))
    return exp.Struct(expressions=[member.copy() for member in members])


def _nameless(node: exp.Tuple) -> exp.Struct:
    """The struct of a tuple, whose fields have no names, even where they are columns."""
    names = (f"_field_{position}" for position in range(1, len(node.expressions) + 1))
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=value.copy())
            for name, value in zip(names, node.expressions, strict=True)
        ]
    )
