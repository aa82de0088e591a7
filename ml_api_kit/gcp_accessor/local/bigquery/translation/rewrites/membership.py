"""`x IN (a, b)`: each compared as `=` does it, which coerces constants and takes structs apart."""

from __future__ import annotations

import re

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.branches import is_big
from ml_api_kit.gcp_accessor.local.bigquery.translation.comparisons import compared
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, cast
from ml_api_kit.gcp_accessor.local.bigquery.translation.supertypes import is_constant

NODES = (exp.In,)

# So many values are compared one by one; a longer list is DuckDB's own, which looks values up.
_FEW = 20
_NAN = re.compile("nan", re.IGNORECASE)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The comparison with each value of a short list; structs one by one wherever they are."""
    value = node.this
    items = node.expressions or _written_elements(node)
    if items:
        is_one_by_one = isinstance(value, exp.Struct) or is_big(value) or _may_have_nan(items)
        if value.find(exp.Query):
            return node
        if len(items) > _FEW and not is_one_by_one:
            return _among_many(node)
        each = [_equal(value, item) for item in items]
        return exp.Paren(this=exp.or_(*each, copy=False))
    if isinstance(value, exp.Struct) or is_big(value) or _gives_structs(node):
        return in_rows(node, value)
    return _without_nan(node)


def _among_many(node: exp.Expr) -> exp.Expr:
    """DuckDB's own list, beside one comparison for each kind of item, which checks the types."""
    shown: dict[str, exp.Expr] = {}
    for item in node.expressions:
        if not isinstance(item, exp.Null):
            is_number = item.meta.get("number") is not None
            shown.setdefault("number" if is_number else type(item).__name__, item)
    each = [_equal(node.this, item) for item in shown.values()]
    return exp.Paren(this=exp.or_(*each, node.copy(), copy=False))


def _written_elements(node: exp.Expr) -> list[exp.Expr]:
    """The elements of a short array of constants, among which the value is looked for."""
    unnest = node.args.get("unnest")
    array = unnest.expressions[0] if isinstance(unnest, exp.Unnest) else None
    if not isinstance(array, exp.Array) or not is_constant(array):
        return []
    return list(array.expressions) if len(array.expressions) <= _FEW else []


def _gives_structs(node: exp.Expr) -> bool:
    query = node.args.get("query")
    select = query.find(exp.Select) if query is not None else None
    return select is not None and (
        select.args.get("kind") == "STRUCT" or isinstance(select.expressions[0], exp.Struct)
    )


def _may_have_nan(items: list[exp.Expr]) -> bool:
    # Most are numbers, which are written as such.
    odd = [item for item in items if "number" not in item.meta]
    return any(item.find(exp.Column) or _NAN.search(item.sql("duckdb")) for item in odd)


def _without_nan(node: exp.Expr) -> exp.Expr:
    """The comparison with all but NaN, which equals nothing: in DuckDB it equals itself."""
    query, unnest = node.args.get("query"), node.args.get("unnest")
    if isinstance(unnest, exp.Unnest):
        array = _among(node.this, unnest.expressions[0])
        unnest.set("expressions", [call("bq_without_nan", array)])
    if query is not None:
        has_nan = call("bq_has_nan", exp.column("item", table="items", quoted=True))
        is_nan = exp.Is(this=has_nan, expression=exp.true())
        select = exp.Select(
            # All of its columns: a query of several is none for IN.
            expressions=[exp.Column(this=exp.Star(), table=exp.to_identifier("items"))],
            from_=exp.From(this=_rows(query)),
            where=exp.Where(this=exp.Not(this=is_nan)),
        )
        node.set("query", exp.Subquery(this=select))
    return node


def _among(value: exp.Expr, array: exp.Expr) -> exp.Expr:
    """The array, if the type of its elements is one that BigQuery coerces the value to.

    Types are not asked for that only a query tells, which would run once more.
    """
    if isinstance(value, exp.Null) or value.find(exp.Query) or array.find(exp.Query):
        return array.copy()
    types = [call("typeof", part.copy()) for part in (value, array)]
    is_among = call("py_check_element", *types, exp.Boolean(this=is_constant(value)))
    return exp.Case(ifs=[exp.If(this=is_among, true=array.copy())])


def _rows(query: exp.Expr) -> exp.Subquery:
    """The query as a table `items` of one column `item`."""
    rows = query.copy() if isinstance(query, exp.Subquery) else exp.Subquery(this=query.copy())
    column = exp.to_identifier("item", quoted=True)
    alias = exp.TableAlias(this=exp.to_identifier("items", quoted=True), columns=[column])
    rows.set("alias", alias)
    return rows


def _equal(value: exp.Expr, item: exp.Expr) -> exp.Expr:
    if isinstance(item, exp.Null) or isinstance(value, exp.Null):
        return cast(exp.null(), "BOOLEAN")
    return compared("eq", value.copy(), item.copy())


def in_rows(node: exp.Expr, value: exp.Expr) -> exp.Expr:
    """Whether the value is among the rows of a query or the elements of an array.

    It is unknown where it equals none, and its comparison with one is unknown.
    """
    query, unnest = node.args.get("query"), node.args.get("unnest")
    if query is not None:
        rows = _rows(query)
    else:
        assert isinstance(unnest, exp.Unnest)
        unnested = call("unnest", unnest.expressions[0].copy())
        rows = _rows(exp.Select(expressions=[unnested]))
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
