"""`[a, b]` and `ARRAY(SELECT …)`: structs named like the first, constants in one type."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.alike import alike_check
from ml_api_kit.gcp_accessor.local.bigquery.translation.branches import in_one_type, named_like
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import plain_call
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, literal_text

NODES = (exp.Array,)

_CASTS = ("bq_cast_date", "bq_cast_time", "bq_cast_datetime", "bq_cast_timestamp")


def rewrite(node: exp.Expr) -> exp.Expr:
    """The array; a query's rows become one in the query's own order."""
    items = node.expressions
    if len(items) == 1 and isinstance(items[0], exp.Query):
        return call("bq_array", exp.Array(expressions=[items[0].copy()]))
    first = items[0] if items else None
    if not isinstance(first, exp.Struct):
        return _in_one_type(node)
    named = [named_like(first, item) for item in items]
    _type_members([item for item in named if isinstance(item, exp.Struct)])
    if all(isinstance(item, (exp.Struct, exp.Null)) for item in named):
        return exp.Array(expressions=[item.copy() for item in named])
    return _in_one_type(exp.Array(expressions=[item.copy() for item in named]))


def _type_members(structs: list[exp.Struct]) -> None:
    """Read constants in the type that the structs beside them have in their place."""
    if len({len(struct.expressions) for struct in structs}) > 1:
        return
    for members in zip(*(struct.expressions for struct in structs), strict=True):
        casts = {
            value.name
            for value in (plain_call(member.expression) for member in members)
            if isinstance(value, exp.Anonymous) and value.name in _CASTS
        }
        for member in members:
            if len(casts) == 1 and literal_text(member.expression) is not None:
                member.set("expression", call(casts.copy().pop(), member.expression.copy()))
        typed = in_one_type([member.expression for member in members])
        for member, value in zip(members, typed, strict=True):
            if value is not member.expression:
                member.set("expression", value)


def _in_one_type(node: exp.Expr) -> exp.Expr:
    items = in_one_type(node.expressions)
    check = alike_check(
        node.expressions, "Array elements of types {%t} do not have a common supertype"
    )
    if check is not None:
        items = [exp.Case(ifs=[exp.If(this=check, true=items[0].copy())]), *items[1:]]
    if all(new is old for new, old in zip(items, node.expressions, strict=True)):
        return node
    return exp.Array(expressions=[item.copy() for item in items])
