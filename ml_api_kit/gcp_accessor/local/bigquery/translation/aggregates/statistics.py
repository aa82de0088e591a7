"""Variances, correlations and percentiles."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.clauses import Build, Clauses
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.pieces import (
    agg,
    kind,
    not_null,
    of_type,
    raw,
    where,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import (
    call,
    number,
    text,
    with_witness,
)


def spread(function: str) -> Build:
    """A variance or standard deviation: `var_pop`, `stddev_samp` and the like.

    NUMERIC and BIGNUMERIC are computed exactly, and what is not finite gives NaN.
    """

    def build(clauses: Clauses) -> exp.Expr:
        value = clauses.arguments[0]
        exact = call("bq_exact_value", value.copy())
        finite = call("bq_finite_value", value.copy())
        parts = [
            agg(function, finite, clauses=clauses),
            agg(function, call("bq_scaled_down", finite.copy()), clauses=clauses),
            agg("max", call("abs", finite.copy())),
            agg("bool_or", call("bq_is_special", value.copy())),
            agg("count", value, clauses=clauses),
            where(agg("list", exact, clauses=clauses), not_null(exact)),
        ]
        result = raw("bq_spread", kind(value), *parts, text(function))
        return with_witness(result, of_type("DOUBLE"))

    return build


def relation(function: str) -> Build:
    """CORR or a covariance: `corr`, `covar_pop` and `covar_samp`, computed like a variance."""

    def build(clauses: Clauses) -> exp.Expr:
        pair = clauses.arguments
        both = exp.and_(*[not_null(value) for value in pair], copy=False)
        special = exp.or_(*[call("bq_is_special", value.copy()) for value in pair], copy=False)
        exact = call("bq_exact_pair", *[value.copy() for value in pair])
        finite = [call("bq_finite_value", value.copy()) for value in pair]
        parts = [
            agg(function, *finite),
            agg(function, *[call("bq_scaled_down", value.copy()) for value in finite]),
            *[where(agg("max", call("abs", value.copy())), both.copy()) for value in finite],
            where(agg("bool_or", exp.Paren(this=special)), both.copy()),
            agg("count", exp.Case(ifs=[exp.If(this=both.copy(), true=exp.true())])),
            where(agg("list", exact), not_null(exact)),
        ]
        # The type of a product is that in which BigQuery computes.
        product = call("bq_multiply", *[value.copy() for value in pair])
        result = raw("bq_relation", kind(product), *parts, text(function))
        return with_witness(result, of_type("DOUBLE"))

    return build


def percentile(name: str, function: str) -> Build:
    """PERCENTILE_CONT or PERCENTILE_DISC."""

    def build(clauses: Clauses) -> exp.Expr:
        value, fraction = clauses.arguments
        if fraction.name.lower().endswith("numeric"):
            raise unsupported(f"{name} by a {fraction.name[8:].upper()}")
        if name == "PERCENTILE_CONT":
            value = call("bq_float64_argument", value.copy())
        ordered = call("bq_no_nan_in", value.copy(), text(name))
        if clauses.has_nulls:
            values = where(agg("list", ordered), not_null(ordered))
            rows = agg("count", number(1))
            result = raw(f"bq_{name.lower()}_of_nulls", values, rows, fraction.copy())
            return with_witness(result, value.copy())
        return with_witness(agg(function, ordered, fraction), value.copy())

    return build
