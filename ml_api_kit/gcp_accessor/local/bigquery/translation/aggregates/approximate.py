"""Approximate functions, which are exact here, and sketches."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.clauses import Build, Clauses
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.pieces import (
    agg,
    list_of,
    not_null,
    of_type,
    raw,
    where,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.constant_arguments import (
    check_at_least_one,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import (
    call,
    cast,
    number,
    with_witness,
)


def quantiles(clauses: Clauses) -> exp.Expr:
    """APPROX_QUANTILES."""
    value, parts = clauses.arguments
    if isinstance(value, exp.Null):
        value = of_type("BIGINT")
    check_at_least_one(parts, "Argument 2 to APPROX_QUANTILES")
    keys = [call("bq_order_key", value.copy()), value.copy()]
    ordered = exp.Order(expressions=[exp.Ordered(this=key, nulls_first=True) for key in keys])
    values = agg("list", value, clauses=replace(clauses, order=ordered))
    if not clauses.has_nulls:
        values = where(values, not_null(value))
    return with_witness(raw("bq_quantiles", values, parts.copy()), list_of(value))


def top_count(clauses: Clauses) -> exp.Expr:
    """APPROX_TOP_COUNT."""
    value, limit = clauses.arguments
    check_at_least_one(limit, "Argument 2 to APPROX_TOP_COUNT")
    nulls = exp.Sub(this=agg("count", exp.Star()), expression=agg("count", value))
    top = raw("bq_top_count", agg("histogram", value), nulls, limit.copy())
    return with_witness(top, list_of(_pair(value, cast(number(1), "BIGINT"), "count")))


def top_sum(clauses: Clauses) -> exp.Expr:
    """APPROX_TOP_SUM."""
    value, weight, limit = clauses.arguments
    check_at_least_one(limit, "Argument 3 to APPROX_TOP_SUM")
    pair = _pair(value, weight, "sum")
    top = raw("bq_top_sum", agg("list", pair), limit.copy())
    return with_witness(top, list_of(pair))


def _pair(value: exp.Expr, amount: exp.Expr, name: str) -> exp.Expr:
    fields = {"value": value, name: amount}
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(field, quoted=True), expression=item.copy())
            for field, item in fields.items()
        ]
    )


def hll_init(clauses: Clauses) -> exp.Expr:
    """HLL_COUNT.INIT.

    Raises BigQueryError: for a precision that BigQuery does not have.
    """
    value = clauses.arguments[0]
    if len(clauses.arguments) > 1:
        precision = clauses.arguments[1].meta.get("number")
        if precision is None or not 10 <= int(precision) <= 24:
            raise invalid_query("Argument 2 to HLL_COUNT.INIT must be between 10 and 24")
    values = where(agg("list", exp.Distinct(expressions=[value.copy()])), not_null(value))
    return with_witness(raw("bq_sketch", values), of_type("BLOB"))


def hll_merge(function: str, duckdb_type: str) -> Build:
    """HLL_COUNT.MERGE and the like: the function over all sketches."""
    return lambda clauses: with_witness(
        raw(function, agg("list", *clauses.arguments)), of_type(duckdb_type)
    )
