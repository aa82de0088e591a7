"""Pieces of tree that the aggregates are built from.

A DuckDB aggregate within the expression is marked, so that `rewrites/windows.py` can give each its
OVER.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.clauses import Build, Clauses
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import (
    call,
    cast,
    ordered_value,
    text,
    typed_value,
    with_witness,
)


def agg(function: str, *arguments: exp.Expr, clauses: Clauses | None = None) -> exp.Expr:
    """DuckDB's aggregate with DISTINCT, ORDER BY or HAVING as in the clauses, marked as one."""
    if clauses is not None and clauses.having is not None:
        return _of_extreme(function, arguments[0], clauses.having)
    values: list[exp.Expr] = [argument.copy() for argument in arguments]
    if clauses is not None and clauses.is_distinct:
        values = [exp.Distinct(expressions=values)]
    if clauses is not None and clauses.order is not None:
        values[-1] = exp.Order(this=values[-1], expressions=clauses.order.copy().expressions)
    return marked(raw(function, *values))


def _of_extreme(function: str, value: exp.Expr, having: exp.HavingMax) -> exp.Expr:
    """The aggregate over the rows that have the greatest or least key."""
    name = "MAX" if having.args.get("max") else "MIN"
    key = sort_value(having.expression, f"HAVING {name}")
    fields = {"k": key, "v": value}
    pair = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(field), expression=item.copy())
            for field, item in fields.items()
        ]
    )
    way = text("ASC" if name == "MAX" else "DESC")
    found = raw("bq_of_key", agg("list", pair), agg(name.lower(), key), way)
    return raw("list_aggregate", found, text(function))


def sort_value(value: exp.Expr, place: str) -> exp.Expr:
    """The value as what DuckDB orders as BigQuery does; NaN is refused in the place."""
    return call("bq_no_nan_in", ordered_value(value), text(place))


def raw(function: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of a DuckDB function or macro as it stands."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def of_type(duckdb_type: str) -> exp.Expr:
    """A NULL of the type."""
    return cast(exp.null(), duckdb_type)


def list_of(value: exp.Expr) -> exp.Expr:
    """An array of the value."""
    return exp.Array(expressions=[value.copy()])


def kind(value: exp.Expr) -> exp.Expr:
    """What a macro takes the type of the value from."""
    return typed_value(value).copy()


def marked(node: exp.Expr) -> exp.Expr:
    """The node, known as an aggregate to `rewrites/windows.py`."""
    node.meta["is_aggregate"] = True
    return node


def where(aggregate_call: exp.Expr, condition: exp.Expr) -> exp.Expr:
    """The aggregate over the rows for which the condition holds."""
    aggregate_call.meta.pop("is_aggregate", None)
    return marked(exp.Filter(this=aggregate_call, expression=exp.Where(this=condition)))


def not_null(value: exp.Expr) -> exp.Expr:
    """Whether there is a value."""
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.null()))


def plain(function: str, duckdb_type: str = "") -> Build:
    """An aggregate of DuckDB's, of the type of its argument or of the one that is given."""

    def build(clauses: Clauses) -> exp.Expr:
        other = of_type(duckdb_type) if duckdb_type else clauses.arguments[0].copy()
        return with_witness(agg(function, *clauses.arguments, clauses=clauses), other)

    return build
