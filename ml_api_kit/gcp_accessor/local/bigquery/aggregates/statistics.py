"""Variances, correlations and percentiles."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.aggregates.clauses import Build, Clauses
from ml_api_kit.gcp_accessor.local.bigquery.aggregates.pieces import agg, of_type
from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, number, text, with_witness


def floats(function: str) -> Build:
    """An aggregate that BigQuery computes in FLOAT64."""

    def build(clauses: Clauses) -> exp.Expr:
        values = [call("bq_finite_argument", a.copy()) for a in clauses.arguments]
        return with_witness(agg(function, *values, clauses=clauses), of_type("DOUBLE"))

    return build


def corr(clauses: Clauses) -> exp.Expr:
    """CORR."""
    # Of one pair BigQuery's answer is NULL, DuckDB's NaN.
    values = [call("bq_finite_argument", a.copy()) for a in clauses.arguments]
    pairs = agg("regr_count", *values)
    is_one = exp.LT(this=pairs, expression=number(2))
    corr = exp.Case(ifs=[exp.If(this=is_one, true=exp.null())], default=agg("corr", *values))
    return with_witness(corr, of_type("DOUBLE"))


def percentile(name: str, function: str) -> Build:
    """PERCENTILE_CONT or PERCENTILE_DISC."""

    def build(clauses: Clauses) -> exp.Expr:
        if clauses.has_nulls:
            raise unsupported(f"RESPECT NULLS in {name}")
        value, fraction = clauses.arguments
        if fraction.name.lower().endswith("numeric"):
            raise unsupported(f"{name} by a {fraction.name[8:].upper()}")
        if name == "PERCENTILE_CONT":
            value = call("bq_float64_argument", value.copy())
        ordered = call("bq_no_nan_in", value.copy(), text(name))
        return with_witness(agg(function, ordered, fraction), value.copy())

    return build
