"""NUMERIC and BIGNUMERIC: exact to 9 and 38 digits after the point, halves away from zero.

NUMERIC is a Decimal here, BIGNUMERIC a dictionary with the text of the number times 10^38.
"""

from __future__ import annotations

import math
import re
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
)

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

EXACT = Context(prec=200)
_STEP = {"NUMERIC": Decimal(1).scaleb(-9), "BIGNUMERIC": Decimal(1).scaleb(-38)}
_LIMIT = {
    "NUMERIC": Decimal(10**38 - 1).scaleb(-9, EXACT),
    "BIGNUMERIC": Decimal(2**255 - 1).scaleb(-38, EXACT),
}
_SMALLEST_BIG = Decimal(-(2**255)).scaleb(-38, EXACT)
_TEXT = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


Big = dict[str, str]
"""A BIGNUMERIC, as Python gets one from DuckDB."""


def from_big(value: Big) -> Decimal:
    """The number that a BIGNUMERIC stands for."""
    return Decimal(value["@bignumeric"]).scaleb(-38, EXACT)


def to_big(number: Decimal) -> Big:
    """A number as a BIGNUMERIC."""
    return {"@bignumeric": str(int(fitted(number, "BIGNUMERIC").scaleb(38, EXACT)))}


def fitted(number: Decimal, kind: str, what: str | None = None) -> Decimal:
    """The number rounded to the digits of NUMERIC or BIGNUMERIC.

    Raises SqlError: when it is out of range.
    """
    rounded = number.quantize(_STEP[kind], ROUND_HALF_UP, EXACT)
    # abs() would round to the digits of the current context.
    is_smallest = kind == "BIGNUMERIC" and rounded == _SMALLEST_BIG
    if rounded.copy_abs() > _LIMIT[kind] and not is_smallest:
        raise SqlError(what or f"{kind.lower()} overflow")
    return rounded


def number_text(number: Decimal) -> str:
    """The number without zeros at the end of its fraction."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _parsed(text: str, kind: str) -> Decimal:
    if not _TEXT.fullmatch(text):
        raise SqlError(f"Invalid {kind} value: {text}")
    return fitted(Decimal(text.strip()), kind, f"Invalid {kind} value: {text}")


@scalar("py_text_to_numeric", "DECIMAL(38,9)")
def text_to_numeric(text: str) -> Decimal:
    """CAST of text to NUMERIC."""
    return _parsed(text, "NUMERIC")


@scalar("py_text_to_bignumeric", BIGNUMERIC)
def text_to_bignumeric(text: str) -> Big:
    """CAST of text to BIGNUMERIC."""
    return to_big(_parsed(text, "BIGNUMERIC"))


def _spaced(text: str, kind: str) -> Decimal:
    """The number in a text with spaces, commas and a sign on either side."""
    match = re.fullmatch(r"\s*([+-])?\s*([\d,]*\.?\d*)([eE][+-]?\d+)?\s*([+-])?\s*", text)
    if match is None or not re.search(r"\d", match[2]) or (match[1] and match[4]):
        raise SqlError(f"Invalid input to PARSE_{kind}: {text}")
    sign = match[1] or match[4] or ""
    spelled = f"{sign}{match[2].replace(',', '')}{match[3] or ''}"
    return fitted(Decimal(spelled), kind, f"Invalid input to PARSE_{kind}: {text}")


@scalar("py_parse_numeric", "DECIMAL(38,9)")
def parse_numeric(text: str) -> Decimal:
    """PARSE_NUMERIC."""
    return _spaced(text, "NUMERIC")


@scalar("py_parse_bignumeric", BIGNUMERIC)
def parse_bignumeric(text: str) -> Big:
    """PARSE_BIGNUMERIC."""
    return to_big(_spaced(text, "BIGNUMERIC"))


def _from_float(value: float, kind: str) -> Decimal:
    if not math.isfinite(value):
        raise SqlError(
            f"Illegal conversion of non-finite floating point number to {kind.lower()}: {value}"
        )
    return fitted(Decimal(value), kind, f"{kind.lower()} out of range: {float_text(value)}")


@scalar("py_float_to_numeric", "DECIMAL(38,9)")
def float_to_numeric(value: float) -> Decimal:
    """CAST of FLOAT64 to NUMERIC."""
    return _from_float(value, "NUMERIC")


@scalar("py_float_to_bignumeric", BIGNUMERIC)
def float_to_bignumeric(value: float) -> Big:
    """CAST of FLOAT64 to BIGNUMERIC."""
    return to_big(_from_float(value, "BIGNUMERIC"))


@scalar("py_numeric_to_bignumeric", BIGNUMERIC)
def numeric_to_bignumeric(value: Decimal | int) -> Big:
    """CAST of NUMERIC or INT64 to BIGNUMERIC."""
    return to_big(Decimal(value))


@scalar("py_int_to_numeric", "DECIMAL(38,9)")
def int_to_numeric(value: int) -> Decimal:
    """CAST of INT64 to NUMERIC."""
    return Decimal(value)


@scalar("py_big_to_numeric", "DECIMAL(38,9)")
def big_to_numeric(value: Big) -> Decimal:
    """CAST of BIGNUMERIC to NUMERIC."""
    return fitted(
        from_big(value), "NUMERIC", f"numeric out of range: {number_text(from_big(value))}"
    )


def to_int64(number: Decimal | float, spelled: str) -> int:
    """The number rounded to a whole one, halves away from zero.

    Raises SqlError: when it is no INT64.
    """
    rounded = int(Decimal(number).quantize(Decimal(1), ROUND_HALF_UP, Context(prec=400)))
    if not -(2**63) <= rounded < 2**63:
        raise SqlError(f"int64 out of range: {spelled}")
    return rounded


@scalar("py_numeric_to_int64", "BIGINT")
def numeric_to_int64(value: Decimal) -> int:
    """CAST of NUMERIC to INT64."""
    return to_int64(value, number_text(value))


@scalar("py_big_to_int64", "BIGINT")
def big_to_int64(value: Big) -> int:
    """CAST of BIGNUMERIC to INT64."""
    return to_int64(from_big(value), number_text(from_big(value)))


@scalar("py_float_to_int64", "BIGINT")
def float_to_int64(value: float) -> int:
    """CAST of FLOAT64 to INT64."""
    if not math.isfinite(value):
        raise SqlError(
            f"Illegal conversion of non-finite floating point number to an integer: {value}"
        )
    return to_int64(value, float_text(value))


@scalar("py_big_to_float", "DOUBLE")
def big_to_float(value: Big) -> float:
    """CAST of BIGNUMERIC to FLOAT64."""
    return float(from_big(value))


@scalar("bq_numeric_text", "VARCHAR")
def numeric_text(value: Decimal) -> str:
    """The text of a NUMERIC."""
    return number_text(value)


@scalar("bq_big_text", "VARCHAR")
def big_text(value: Big) -> str:
    """The text of a BIGNUMERIC."""
    return number_text(from_big(value))


@scalar("bq_float_text", "VARCHAR")
def float_text(value: float) -> str:
    """The text of a FLOAT64: fifteen digits if they are enough, else seventeen."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0:
        return "0"
    text = f"{value:.15g}"
    return text if float(text) == value else f"{value:.17g}"


def _fit(number: Decimal, sizes: tuple[int, int, int], kind: str) -> Decimal:
    """The number in a type with parameters, rounded to its scale."""
    precision, scale, given = sizes
    rounded = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, EXACT)
    most = Decimal(10**precision - 1).scaleb(-scale, EXACT)
    if rounded.copy_abs() > most:
        spelled = f"{kind}({precision}{f', {scale}' if given > 1 else ''})"
        raise SqlError(
            f"{spelled} has precision {precision} and scale {scale} but got a value that is not "
            f"in range of [-{most:f}, {most:f}]"
        )
    return rounded


@scalar("py_fit_numeric", "DECIMAL(38,9)")
def fit_numeric(number: Decimal, precision: int, scale: int, given: int) -> Decimal:
    """CAST to NUMERIC with a precision and a scale."""
    return _fit(number, (precision, scale, given), "NUMERIC")


@scalar("py_fit_bignumeric", BIGNUMERIC)
def fit_bignumeric(value: Big, precision: int, scale: int, given: int) -> Big:
    """CAST to BIGNUMERIC with a precision and a scale."""
    return to_big(_fit(from_big(value), (precision, scale, given), "BIGNUMERIC"))
