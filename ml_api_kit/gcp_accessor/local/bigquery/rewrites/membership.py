"""`x IN (a, b)`: each compared as `=` does it, which coerces constants and takes structs apart."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.branches import is_big
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, cast

NODES = (exp.In,)

# So many values are compared one by one; a longer list is DuckDB's own, which looks values up.
_FEW = 20


def rewrite(node: exp.Expr) -> exp.Expr:
    """The comparison with each value of a short list; structs one by one wherever they are."""
    value = node.this
    if node.expressions and (len(node.expressions) <= _FEW or isinstance(value, exp.Struct)):
        if value.find(exp.Query):
            return node
        each = [_equal(value, item) for item in node.expressions]
        return exp.Paren(this=exp.or_(*each, copy=False))
    if isinstance(value, exp.Struct) or is_big(value):
        return _in_rows(node, value)
    return node


def _equal(value: exp.Expr, item: exp.Expr) -> exp.Expr:
    if isinstance(item, exp.Null) or isinstance(value, exp.Null):
        return cast(exp.null(), "BOOLEAN")
    return call("bq_eq", value.copy(), item.copy())


def _in_rows(node: exp.Expr, value: exp.Expr) -> exp.Expr:
    """Whether the value is among the rows of a query or the elements of an array.

    It is unknown where it equals none, and its comparison with one is unknown.
    """
    query, unnest = node.args.get("query"), node.args.get("unnest")
    if query is not None:
        rows = query if isinstance(query, exp.Subquery) else exp.Subquery(this=query.copy())
        rows = rows.copy()
    else:
        assert isinstance(unnest, exp.Unnest)
        unnested = call("unnest", unnest.expressions[0].copy())
        rows = exp.Subquery(this=exp.Select(expressions=[unnested]))
    column = exp.to_identifier("item", quoted=True)
    alias = exp.TableAlias(this=exp.to_identifier("items", quoted=True), columns=[column])
    rows.set("alias", alias)
    is_same = call("bq_eq", value.copy(), exp.column("item", table="items", quoted=True))
    known = exp.Anonymous(this="bool_or", expressions=[is_same])
    unknown = exp.Is(this=is_same.copy(), expression=exp.null())
    any_unknown = exp.Anonymous(this="bool_or", expressions=[unknown])
    found = exp.Case(
        ifs=[
            exp.If(this=known, true=exp.true()),
            exp.If(this=any_unknown, true=exp.null()),
        ],
        default=exp.false(),
    )
    return exp.Subquery(this=exp.Select(expressions=[found], from_=exp.From(this=rows)))
