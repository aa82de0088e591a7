"""Values of which one is chosen or a list is made: constants in the type of the others.

DuckDB takes a whole number beside a BIGNUMERIC for its last digits, and makes FLOAT64 of a NUMERIC
beside 1.5. What is BIGNUMERIC is seen here where the statement says so itself.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, text

_BIG = ("bq_cast_bignumeric", "bq_try_bignumeric", "bq_parse_bignumeric", "py_text_to_bignumeric")


def in_one_type(values: list[exp.Expr]) -> list[exp.Expr]:
    """The values, with constants and numbers changed that DuckDB would take for something else."""
    if any(is_big(value) for value in values):
        return [_big(value) for value in values]
    others = [v for v in values if v.meta.get("number") is None and not isinstance(v, exp.Null)]
    if not others:
        return values
    return [_beside(value, others[0]) for value in values]


def is_big(value: exp.Expr) -> bool:
    """Whether the value is written as a BIGNUMERIC."""
    return isinstance(value, exp.Anonymous) and value.name.lower() in _BIG


def _big(value: exp.Expr) -> exp.Expr:
    if is_big(value) or isinstance(value, exp.Null):
        return value
    constant = value.meta.get("number")
    if constant is not None:
        return call("py_text_to_bignumeric", text(str(constant)))
    return call("bq_beside_bignumeric", value.copy())


def _beside(value: exp.Expr, other: exp.Expr) -> exp.Expr:
    constant = value.meta.get("number")
    if constant is None or value.meta.get("is_whole"):
        return value
    return call("bq_float_constant", other.copy(), value.copy(), text(str(constant)))
