"""Values of which one is chosen or a list is made: constants in the type of the others.

DuckDB takes a whole number beside a BIGNUMERIC for its last digits, and makes FLOAT64 of a NUMERIC
beside 1.5. What is BIGNUMERIC is seen here where the statement says so itself.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.computed_once import plain_call
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, text
from ml_api_kit.gcp_accessor.local.bigquery.supertypes import is_constant

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
    return isinstance(value, exp.Anonymous) and plain_call(value).name.lower() in _BIG


def _big(value: exp.Expr) -> exp.Expr:
    if is_big(value) or isinstance(value, exp.Null):
        return value
    constant = value.meta.get("number")
    if constant is not None:
        return call("py_text_to_bignumeric", text(str(constant)))
    return call("bq_beside_bignumeric", value.copy())


def _beside(value: exp.Expr, other: exp.Expr) -> exp.Expr:
    constant = value.meta.get("number")
    if constant is None:
        return value
    stand_in = representative(other)
    return call("bq_float_constant", stand_in.copy(), value.copy(), text(str(constant)))


def put_representative(node: exp.Expr, values: list[exp.Expr]) -> None:
    """Let one of the values of a choice stand for it, where its type is asked for."""
    known = [value for value in values if not isinstance(value, exp.Null)]
    chosen = next((value for value in known if not is_constant(value)), None)
    if known:
        found = representative(chosen or known[0]).copy()
        for part in found.walk():
            # What is copied with the node must not grow with the choices within.
            part.meta.pop("representative", None)
        node.meta["representative"] = found


def representative(value: exp.Expr) -> exp.Expr:
    """What has the type of the value, and is no longer than one of the choices in it."""
    found: exp.Expr = value.meta.get("representative", value)
    return found
