"""Text as INT64, FLOAT64 and BOOL; functions of FLOAT64 that fail where DuckDB's do not."""

from __future__ import annotations

import math
import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from itertools import pairwise
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.numerics import from_big
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

_INTEGER = re.compile(r"\s*([+-]?)(0[xX][0-9a-fA-F]+|[0-9]+)\s*")
_FLOAT = re.compile(r"\s*[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf|infinity|nan)\s*", re.IGNORECASE)
_WIDE = Context(prec=1100)


@scalar("py_text_to_int64", "BIGINT")
def text_to_int64(text: str) -> int:
    """CAST of text to INT64: decimal, or hexadecimal after 0x."""
    match = _INTEGER.fullmatch(text)
    if match is None:
        raise SqlError(f"Bad int64 value: {text}")
    number = int(match[1] + match[2], 16 if match[2][:2].lower() == "0x" else 10)
    if not -(2**63) <= number < 2**63:
        raise SqlError(f"Bad int64 value: {text}")
    return number


@scalar("py_text_to_float64", "DOUBLE")
def text_to_float64(text: str) -> float:
    """CAST of text to FLOAT64."""
    if not _FLOAT.fullmatch(text):
        raise SqlError(f"Bad double value: {text}")
    number = float(text)
    if math.isinf(number) and "inf" not in text.lower():
        raise SqlError(f"Bad double value: {text}")
    return number


@scalar("py_text_to_bool", "BOOLEAN")
def text_to_bool(text: str) -> bool:
    """CAST of text to BOOL."""
    if text.lower() not in ("true", "false"):
        raise SqlError(f"Bad bool value: {text}")
    return text.lower() == "true"


def _is_halfway(value: float, digits: int) -> bool:
    """Whether a number may lie exactly between two others with so many digits.

    Only an odd multiple of 2^-(digits + 1) can: 5^digits divides what is above the fraction.
    """
    if abs(value) > 1e15:
        return True
    scaled = math.ldexp(value, digits + 1)
    return scaled.is_integer() and scaled % 2 == 1


def _rounded(value: float, digits: int, mode: str) -> float:
    if not math.isfinite(value) or digits > 400:
        return value
    if mode != ROUND_DOWN and 0 <= digits <= 15 and not _is_halfway(value, digits):
        return round(value, digits)
    if digits < -400:
        return 0.0
    number = Decimal(value).quantize(Decimal(1).scaleb(-digits), mode, _WIDE)
    result = float(number)
    if math.isinf(result):
        raise SqlError(f"Floating point overflow in function: ROUND({value}, {digits})")
    return math.copysign(result, value)


def _round(value: float, digits: int = 0, mode: str = "ROUND_HALF_AWAY_FROM_ZERO") -> float:
    modes = {"ROUND_HALF_AWAY_FROM_ZERO": ROUND_HALF_UP, "ROUND_HALF_EVEN": ROUND_HALF_EVEN}
    if mode not in modes:
        raise SqlError(f"Invalid rounding mode: {mode}")
    return _rounded(value, digits, modes[mode])


def _trunc(value: float, digits: int = 0) -> float:
    return _rounded(value, digits, ROUND_DOWN)


scalar("py_float_round", "DOUBLE")(_round)
scalar("py_float_trunc", "DOUBLE")(_trunc)


def _logarithm(value: float, base: float) -> float:
    if value <= 0 or base <= 0 or base == 1:
        raise SqlError(f"Floating point error in function: LOG({value}, {base})")
    if math.isinf(value):
        return math.inf if base > 1 else -math.inf
    exact = math.log2(value) if base == 2 else math.log(value) / math.log(base)
    return math.log10(value) if base == 10 else exact


def _power(base: float, exponent: float) -> float:
    if base == 1 or exponent == 0:
        return 1.0
    if base == 0 and exponent < 0:
        raise SqlError(f"Floating point error in function: POW({base:g}, {exponent:g})")
    try:
        result = math.pow(base, exponent)
    except (ValueError, OverflowError) as error:
        raise SqlError(f"Floating point error in function: POW({base:g}, {exponent:g})") from error
    return result


scalar("py_log", "DOUBLE")(_logarithm)
scalar("py_pow", "DOUBLE")(_power)


def _checked(name: str, function: Any) -> Any:
    def call(value: float) -> float:
        try:
            result = function(value)
        except (ValueError, OverflowError, ZeroDivisionError) as error:
            raise SqlError(f"Floating point error in function: {name}({value:g})") from error
        if math.isinf(result) and math.isfinite(value):
            raise SqlError(f"Floating point error in function: {name}({value:g})")
        return float(result)

    return call


def _or_nan(function: Any) -> Any:
    return lambda value: math.nan if not math.isfinite(value) else function(value)


_FUNCTIONS = {
    "acos": math.acos, "acosh": math.acosh, "asin": math.asin, "asinh": math.asinh,
    "atan": math.atan, "atanh": math.atanh, "cbrt": math.cbrt,
    "cos": _or_nan(math.cos), "sin": _or_nan(math.sin), "tan": _or_nan(math.tan),
    "cosh": math.cosh, "sinh": math.sinh, "tanh": math.tanh,
    "cot": _or_nan(lambda x: 1 / math.tan(x)), "csc": _or_nan(lambda x: 1 / math.sin(x)),
    "sec": _or_nan(lambda x: 1 / math.cos(x)),
    "coth": lambda x: 1 / math.tanh(x),
    "csch": lambda x: 1 / math.sinh(x) if abs(x) < 700 else 0.0,
    "sech": lambda x: 1 / math.cosh(x) if abs(x) < 700 else 0.0,
    "exp": math.exp, "ln": math.log, "log10": math.log10, "sqrt": math.sqrt,
}  # fmt: skip

for _name, _function in _FUNCTIONS.items():
    scalar(f"py_{_name}", "DOUBLE")(_checked(_name.upper(), _function))


@scalar("py_bit_count", "BIGINT")
def bit_count(value: Any) -> int:
    """BIT_COUNT: the bits that are set; a negative number counts in two's complement."""
    if isinstance(value, bytes):
        return int.from_bytes(value).bit_count()
    return int(value & (2**64 - 1)).bit_count()


def _same_size(left: bytes, right: bytes) -> None:
    if len(left) != len(right):
        raise SqlError(
            f"Bitwise operators for BYTES require equal length of the inputs. Got {len(left)} bytes"
            f" on the left hand side and {len(right)} bytes on the right hand side."
        )


def _bytewise(name: str) -> Any:
    def call(left: bytes, right: bytes) -> bytes:
        _same_size(left, right)
        a, b = int.from_bytes(left), int.from_bytes(right)
        result = {"and": a & b, "or": a | b, "xor": a ^ b}[name]
        return result.to_bytes(len(left))

    return call


for _name in ("and", "or", "xor"):
    scalar(f"py_bytes_{_name}", "BLOB")(_bytewise(_name))


@scalar("py_bytes_not", "BLOB")
def bytes_not(value: bytes) -> bytes:
    """The bytes with each bit turned."""
    return bytes(byte ^ 255 for byte in value)


def _shifted(value: Any, places: int, *, is_left: bool) -> Any:
    if places < 0:
        raise SqlError("Bitwise binary shift operator does not accept negative shift amount")
    if isinstance(value, bytes):
        number = int.from_bytes(value)
        moved = number << min(places, 8 * len(value)) if is_left else number >> places
        return (moved & (256 ** len(value) - 1)).to_bytes(len(value))
    unsigned = value & (2**64 - 1)
    moved = 0 if places > 63 else unsigned << places if is_left else unsigned >> places
    moved &= 2**64 - 1
    return moved - 2**64 if moved >= 2**63 else moved


def _shift(*, is_left: bool) -> Any:
    return lambda value, places: _shifted(value, places, is_left=is_left)


for _suffix, _kind in (("", "BIGINT"), ("_bytes", "BLOB")):
    scalar(f"py_shift_left{_suffix}", _kind)(_shift(is_left=True))
    scalar(f"py_shift_right{_suffix}", _kind)(_shift(is_left=False))


@scalar("py_range_bucket", "BIGINT")
def range_bucket(value: Any, bounds: list[Any]) -> int | None:
    """RANGE_BUCKET: how many of the sorted bounds are not above the value."""
    if None in bounds:
        raise SqlError("Elements in input array to RANGE_BUCKET cannot be null")
    if isinstance(value, dict):
        value, bounds = from_big(value), [from_big(bound) for bound in bounds]
    if any(a > b for a, b in pairwise(bounds)):
        raise SqlError("Elements in input array to RANGE_BUCKET must be in ascending order.")
    if isinstance(value, float) and math.isnan(value):
        return None
    return len([bound for bound in bounds if bound <= value])


def _vectors(left: list[Any], right: list[Any], name: str) -> None:
    if None in left or None in right:
        raise SqlError(f"Cannot compute {name} with a NULL element")
    if len(left) != len(right):
        raise SqlError(f"Array length mismatch: {len(left)} and {len(right)} in {name}.")


def _dense(left: list[Any], right: list[Any], name: str) -> tuple[list[Any], list[Any]]:
    """Both vectors with a number for each dimension; sparse ones are pairs of its name and one."""
    if not any(isinstance(item, dict) for item in (*left, *right)):
        _vectors(left, right, name)
        return left, right
    sparse = [_dimensions(vector, name) for vector in (left, right)]
    known = sparse[0] | sparse[1]
    return [sparse[0].get(key, 0) for key in known], [sparse[1].get(key, 0) for key in known]


def _dimensions(vector: list[Any], name: str) -> dict[Any, float]:
    found: dict[Any, float] = {}
    for item in vector:
        key, size = item.values() if item is not None else (None, None)
        if key is None or size is None:
            raise SqlError(f"{name} does not accept NULL in its vectors")
        if key in found:
            raise SqlError(f"Duplicate index {key} found in the input array.")
        found[key] = size
    return found


@scalar("bq_euclidean_distance", "DOUBLE")
def euclidean_distance(left: list[Any], right: list[Any]) -> float:
    """EUCLIDEAN_DISTANCE of two vectors."""
    left, right = _dense(left, right, "EUCLIDEAN_DISTANCE")
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(left, right, strict=True)))


@scalar("bq_cosine_distance", "DOUBLE")
def cosine_distance(left: list[Any], right: list[Any]) -> float:
    """COSINE_DISTANCE of two vectors."""
    left, right = _dense(left, right, "COSINE_DISTANCE")
    lengths = math.sqrt(sum(a * a for a in left)), math.sqrt(sum(b * b for b in right))
    if 0 in lengths:
        raise SqlError("Cannot compute cosine distance against zero vector.")
    product = sum(a * b for a, b in zip(left, right, strict=True))
    return float(1 - product / (lengths[0] * lengths[1]))
