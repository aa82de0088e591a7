"""Values of which one is chosen or a list is made: constants in the type of the others.

DuckDB takes a whole number beside a BIGNUMERIC for its last digits, and makes FLOAT64 of a NUMERIC
beside 1.5. What is BIGNUMERIC is seen here where the statement says so itself.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import plain_call
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, text
from ml_api_kit.gcp_accessor.local.bigquery.translation.supertypes import is_constant

_BIG = ("bq_cast_bignumeric", "bq_try_bignumeric", "bq_parse_bignumeric", "py_text_to_bignumeric")


def in_one_type(values: list[exp.Expr]) -> list[exp.Expr]:
    """The values, with constants and numbers changed that DuckDB would take for something else.

    Structs that are written there have the names of the first of them.
    """
    if any(isinstance(value, exp.Struct) for value in values):
        return structs_alike(values)
    if any(is_big(value) for value in values):
        return [_big(value) for value in values]
    others = [v for v in values if v.meta.get("number") is None and not isinstance(v, exp.Null)]
    if not others:
        return values
    return [_beside(value, others[0]) for value in values]


def structs_alike(values: list[exp.Expr]) -> list[exp.Expr]:
    """The values, with the structs that are written there named like the first of these."""
    first = next((value for value in values if isinstance(value, exp.Struct)), None)
    if first is None:
        return values
    return [value if value is first else named_like(first, value) for value in values]


def named_like(first: exp.Struct, item: exp.Expr) -> exp.Expr:
    """The struct with the fields' names of the first one; anything else as it is."""
    if not isinstance(item, exp.Struct) or len(item.expressions) != len(first.expressions):
        return item
    members = []
    for pattern, member in zip(first.expressions, item.expressions, strict=True):
        value, other = member.expression.copy(), pattern.expression
        value = named_like(other, value) if isinstance(other, exp.Struct) else value
        members.append(exp.PropertyEQ(this=pattern.this.copy(), expression=value))
    return exp.Struct(expressions=members)


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
