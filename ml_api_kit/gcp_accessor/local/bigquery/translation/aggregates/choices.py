"""One of the values: MIN, MAX, ANY_VALUE, MAX_BY and MIN_BY."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.clauses import Build, Clauses
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.pieces import (
    agg,
    kind,
    raw,
    sort_value,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import (
    call,
    ordered_value,
    with_witness,
)


def extreme(function: str) -> Build:
    """MIN or MAX; NaN where there is one."""

    def build(clauses: Clauses) -> exp.Expr:
        value = clauses.arguments[0]
        has_nan = agg("bool_or", call("bq_has_nan", value.copy()))
        extreme = agg(function, ordered_value(value))
        result = raw("bq_extreme", kind(value), extreme, has_nan)
        return with_witness(result, value.copy())

    return build


def any_value(clauses: Clauses) -> exp.Expr:
    """ANY_VALUE, also with HAVING MAX or MIN."""
    value = clauses.arguments[0]
    if clauses.having is None:
        return with_witness(agg("any_value", value), value.copy())
    is_greatest = clauses.having.args.get("max")
    key = sort_value(clauses.having.expression, f"HAVING {'MAX' if is_greatest else 'MIN'}")
    function = "arg_max_null" if is_greatest else "arg_min_null"
    return with_witness(agg(function, value, key), value.copy())


def by_greatest(name: str, function: str) -> Build:
    """MAX_BY or MIN_BY."""

    def build(clauses: Clauses) -> exp.Expr:
        value, key = clauses.arguments
        return with_witness(agg(function, value, sort_value(key, name)), value.copy())

    return build
