"""Operators whose answer, type or error differs: each is a macro, chosen by its operands' types."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.translation.comparisons import compared
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import built
from ml_api_kit.gcp_accessor.local.bigquery.translation.conditions import as_condition
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, text

_MACROS: dict[type[exp.Expr], str] = {
    exp.Add: "bq_add",
    exp.Sub: "bq_subtract",
    exp.Mul: "bq_multiply",
    exp.Div: "bq_divide",
    exp.BitwiseAnd: "bq_bit_and",
    exp.BitwiseOr: "bq_bit_or",
    exp.BitwiseXor: "bq_bit_xor",
    exp.BitwiseLeftShift: "bq_shift_left",
    exp.BitwiseRightShift: "bq_shift_right",
    exp.DPipe: "bq_join",
}
_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "eq",
    exp.LT: "lt",
    exp.LTE: "lte",
    exp.GT: "gt",
    exp.GTE: "gte",
}
_OF_ONE: dict[type[exp.Expr], str] = {exp.Neg: "-", exp.Not: "NOT", exp.BitwiseNot: "~"}
_COERCED = (exp.Add, exp.Sub, exp.Mul, exp.Div)

_NULL_SAFE = (exp.NullSafeEQ, exp.NullSafeNEQ)

NODES = (
    *_MACROS, *_COMPARISONS, *_NULL_SAFE, exp.NEQ, exp.Not, exp.Neg, exp.BitwiseNot, exp.Between,
    exp.Mod,
)  # fmt: skip


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the operator's macro."""
    if isinstance(node, tuple(_OF_ONE)) and isinstance(node.this.unnest(), exp.Null):
        raise invalid_query(f"Operands of {_OF_ONE[type(node)]} cannot be literal NULL")
    if isinstance(node, exp.Neg):
        return _negative(node)
    if isinstance(node, exp.Not):
        checked = as_condition(node.this)
        return node if checked is node.this else exp.Not(this=checked.copy())
    if isinstance(node, exp.BitwiseNot):
        return call("bq_bit_not", node.this)
    if isinstance(node, exp.Between):
        low = compared("lte", node.args["low"].copy(), node.this.copy())
        high = compared("lte", node.this.copy(), node.args["high"].copy())
        return exp.Paren(this=exp.and_(low, high))
    if isinstance(node, exp.Mod):
        return call("bq_mod", node.this, node.expression)
    left, right = node.this, node.expression
    if isinstance(node, _NULL_SAFE):
        return _null_safe(node, left.copy(), right.copy())
    if isinstance(node, exp.EQ) and _is_assignment(node):
        return node
    if isinstance(left, exp.Null) or isinstance(right, exp.Null):
        raise invalid_query(f"Operands of {_sign(node)} cannot be literal NULL")
    if isinstance(node, exp.NEQ):
        return exp.Paren(this=exp.Not(this=compared("eq", left.copy(), right.copy())))
    if type(node) in _COMPARISONS:
        return compared(_COMPARISONS[type(node)], left.copy(), right.copy())
    if isinstance(node, _COERCED):
        return built([left, right], lambda given: _arithmetic(_MACROS[type(node)], *given))
    return call(_MACROS[type(node)], left, right)


def _null_safe(node: exp.Expr, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """`IS [NOT] DISTINCT FROM`: structs by the places of their fields, not by their names."""
    if isinstance(left, exp.Null) or isinstance(right, exp.Null):
        other = left if isinstance(right, exp.Null) else right
        is_same: exp.Expr = exp.Is(this=exp.Paren(this=other), expression=exp.null())
    else:
        is_same = call("bq_same", left, right)
    return is_same if isinstance(node, exp.NullSafeEQ) else exp.Paren(this=exp.Not(this=is_same))


def _arithmetic(macro: str, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return call(macro, _coerced(left, right).copy(), _coerced(right, left).copy())


def _sign(node: exp.Expr) -> str:
    left, right = exp.column("l"), exp.column("r")
    return type(node)(this=left, expression=right).sql("bigquery")[2:-2]


def _is_assignment(node: exp.Expr) -> bool:
    return isinstance(node.parent, (exp.Update, exp.When)) and node.arg_key == "expressions"


def _negative(node: exp.Expr) -> exp.Expr:
    # -9223372036854775808 is one number: without its sign it would be too large.
    inner = node.this
    if isinstance(inner, exp.Cast) and inner.meta.get("number"):
        spelled = f"-{inner.meta['number']}"
        negative = exp.Cast(this=text(spelled), to=inner.to.copy())
        negative.meta.update(inner.meta, number=spelled)
        return negative
    return call("bq_negate", inner)


def _coerced(node: exp.Expr, other: exp.Expr) -> exp.Expr:
    """A constant such as 0.5, which is FLOAT64 but becomes NUMERIC beside a NUMERIC."""
    number = node.meta.get("number")
    if number is None or node.meta.get("is_whole") or other.meta.get("number") is not None:
        return node
    return call("bq_float_constant", other.copy(), node.copy(), text(str(number)))
