"""COUNT, COUNTIF, SUM and AVG."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.clauses import Clauses
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.pieces import (
    agg,
    kind,
    of_type,
    raw,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import (
    call,
    cast,
    number,
    with_witness,
)


def count(clauses: Clauses) -> exp.Expr:
    """COUNT."""
    value = _only("COUNT", clauses)
    is_star = isinstance(value, exp.Star)
    if is_star and clauses.having is not None:
        raise unsupported("HAVING in COUNT(*)")
    counted = agg("count", value, clauses=None if is_star else clauses)
    return with_witness(counted, of_type("BIGINT"))


def count_if(clauses: Clauses) -> exp.Expr:
    """COUNTIF."""
    # DuckDB's COUNT_IF answers NULL over nothing.
    condition = call("bq_condition", clauses.arguments[0])
    counted = exp.Case(ifs=[exp.If(this=condition, true=exp.true())])
    return with_witness(agg("count", counted, clauses=clauses), of_type("BIGINT"))


def total(clauses: Clauses) -> exp.Expr:
    """SUM."""
    value = _summable("SUM", clauses)
    argument = clauses.arguments[0]
    special = agg("bool_or", call("bq_is_special", argument.copy()))
    result = raw("bq_sum", kind(argument), agg("sum", value, clauses=clauses), special)
    return with_witness(result, argument.copy())


def average(clauses: Clauses) -> exp.Expr:
    """AVG."""
    value = _summable("AVG", clauses)
    argument = clauses.arguments[0]
    special = agg("bool_or", call("bq_is_special", argument.copy()))
    parts = [agg(name, value, clauses=clauses) for name in ("sum", "count")]
    result = raw("bq_average", kind(argument), *parts, special)
    return with_witness(result, call("bq_divide", argument.copy(), cast(number(1), "BIGINT")))


def _only(name: str, clauses: Clauses) -> exp.Expr:
    """The one argument of the function."""
    if len(clauses.arguments) != 1:
        raise invalid_query(f"No matching signature for aggregate function {name}")
    return clauses.arguments[0]


def _summable(name: str, clauses: Clauses) -> exp.Expr:
    value = _only(name, clauses)
    if isinstance(value, exp.Star):
        raise invalid_query("Argument * can only be used in COUNT(*)")
    return call("bq_summable_once" if clauses.is_distinct else "bq_summable", value.copy())
