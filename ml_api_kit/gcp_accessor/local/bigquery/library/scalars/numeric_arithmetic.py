"""Operators, rounding, roots and logarithms of NUMERIC and BIGNUMERIC."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
    InvalidOperation,
)
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.numerics import (
    EXACT,
    Big,
    fitted,
    from_big,
    number_text,
    to_big,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)

_MODES = {"ROUND_HALF_AWAY_FROM_ZERO": ROUND_HALF_UP, "ROUND_HALF_EVEN": ROUND_HALF_EVEN}


def _pair(left: Any, right: Any, kind: str) -> tuple[Decimal, Decimal]:
    if kind == "BIGNUMERIC":
        return from_big(left), from_big(right)
    return Decimal(left), Decimal(right)


def _divided(a: Decimal, b: Decimal) -> Decimal:
    if b == 0:
        raise SqlError(f"division by zero: {number_text(a)} / {number_text(b)}")
    return EXACT.divide(a, b)


def _whole_quotient(a: Decimal, b: Decimal) -> Decimal:
    if b == 0:
        raise SqlError(f"division by zero: {number_text(a)} / {number_text(b)}")
    return (EXACT.divide(a, b)).quantize(Decimal(1), ROUND_DOWN, EXACT)


def _remainder(a: Decimal, b: Decimal) -> Decimal:
    return EXACT.subtract(a, EXACT.multiply(_whole_quotient(a, b), b))


def _power(a: Decimal, b: Decimal) -> Decimal:
    if a == 0 and b < 0:
        raise SqlError(f"division by zero: POW({number_text(a)}, {number_text(b)})")
    if a < 0 and b != b.to_integral_value():
        raise SqlError(
            "Negative NUMERIC value cannot be raised to a fractional power: "
            f"POW({number_text(a)}, {number_text(b)})"
        )
    try:
        return EXACT.power(a, b)
    except InvalidOperation as error:
        raise SqlError("numeric overflow: POW") from error


def _log_to_base(a: Decimal, b: Decimal) -> Decimal:
    if a <= 0 or b <= 0 or b == 1:
        raise SqlError(f"Invalid input to LOG: LOG({number_text(a)}, {number_text(b)})")
    return EXACT.divide(EXACT.ln(a), EXACT.ln(b))


_OPERATIONS = {
    "add": (EXACT.add, "+"),
    "subtract": (EXACT.subtract, "-"),
    "multiply": (EXACT.multiply, "*"),
    "divide": (_divided, "/"),
    "div": (_whole_quotient, "DIV"),
    "mod": (_remainder, "MOD"),
    "pow": (_power, "POW"),
    "log": (_log_to_base, "LOG"),
}


def _operation(name: str, kind: str) -> Any:
    compute, sign = _OPERATIONS[name]

    def call(left: Any, right: Any) -> Any:
        a, b = _pair(left, right, kind)
        overflow = f"{kind.lower()} overflow: {number_text(a)} {sign} {number_text(b)}"
        result = fitted(compute(a, b), kind, overflow)
        return to_big(result) if kind == "BIGNUMERIC" else result

    return call


for _name in _OPERATIONS:
    scalar(f"py_numeric_{_name}", "DECIMAL(38,9)")(_operation(_name, "NUMERIC"))
    scalar(f"py_big_{_name}", BIGNUMERIC)(_operation(_name, "BIGNUMERIC"))


def _rounded(number: Decimal, digits: int, mode: str, kind: str) -> Decimal:
    places = 9 if kind == "NUMERIC" else 38
    if digits >= places:
        return number
    if digits < -80:
        return Decimal(0)
    return fitted(number.quantize(Decimal(1).scaleb(-digits), mode, EXACT), kind)


def _round_numeric(
    value: Decimal, digits: int = 0, mode: str = "ROUND_HALF_AWAY_FROM_ZERO"
) -> Decimal:
    if mode not in _MODES:
        raise SqlError(f"Invalid rounding mode: {mode}")
    return _rounded(value, digits, _MODES[mode], "NUMERIC")


def _round_big(value: Big, digits: int = 0, mode: str = "ROUND_HALF_AWAY_FROM_ZERO") -> Big:
    if mode not in _MODES:
        raise SqlError(f"Invalid rounding mode: {mode}")
    return to_big(_rounded(from_big(value), digits, _MODES[mode], "BIGNUMERIC"))


scalar("py_numeric_round", "DECIMAL(38,9)")(_round_numeric)
scalar("py_big_round", BIGNUMERIC)(_round_big)

for _name, _mode in (("trunc", ROUND_DOWN), ("floor", ROUND_FLOOR), ("ceil", ROUND_CEILING)):
    scalar(f"py_numeric_{_name}", "DECIMAL(38,9)")(
        lambda value, digits=0, mode=_mode: _rounded(value, digits, mode, "NUMERIC")
    )
    scalar(f"py_big_{_name}", BIGNUMERIC)(
        lambda value, digits=0, mode=_mode: to_big(
            _rounded(from_big(value), digits, mode, "BIGNUMERIC")
        )
    )


def _root(value: Decimal) -> Decimal:
    if value < 0:
        raise SqlError(f"Argument to SQRT cannot be negative: {number_text(value)}")
    return EXACT.sqrt(value)


def _cube_root(value: Decimal) -> Decimal:
    return EXACT.power(value.copy_abs(), EXACT.divide(Decimal(1), Decimal(3))).copy_sign(value)


def _logarithm(value: Decimal) -> Decimal:
    if value <= 0:
        raise SqlError(f"Invalid input to LN: {number_text(value)}")
    return EXACT.ln(value)


def _decadic(value: Decimal) -> Decimal:
    if value <= 0:
        raise SqlError(f"Invalid input to LOG10: {number_text(value)}")
    return EXACT.log10(value)


def _exponential(value: Decimal) -> Decimal:
    if value > 200:
        raise SqlError(f"numeric overflow: EXP({number_text(value)})")
    return EXACT.exp(value)


for _name, _function in (
    ("sqrt", _root), ("ln", _logarithm), ("log10", _decadic), ("exp", _exponential),
    ("cbrt", _cube_root),
):  # fmt: skip
    scalar(f"py_numeric_{_name}", "DECIMAL(38,9)")(
        lambda value, function=_function: fitted(function(value), "NUMERIC")
    )
    scalar(f"py_big_{_name}", BIGNUMERIC)(
        lambda value, function=_function: to_big(function(from_big(value)))
    )


@scalar("py_refuse_big", "NULL")
def refuse_big(what: str) -> None:
    """Nothing: the operation on BIGNUMERIC is refused.

    Raises Refusal: always.
    """
    raise Refusal(what)
