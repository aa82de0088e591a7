"""CAST of a number to text with FORMAT: `CAST(-1234.5 AS STRING FORMAT '$9,999.99')`.

1. the elements of the format, which must fit each other     `$ 9 , 9 9 9 . 9 9`
2. the number rounded to its places                           `1234`, `50`
3. digits put into the elements, from the point to the left   `1,234.50`
4. currency and sign in front, blanks up to the full width    `-$1,234.50`

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal, SqlError

_ELEMENT = re.compile(r"EEEE|MI|PR|FM|RN|TM[9E]?|[09X.DVSBG,$CL]", re.IGNORECASE)
_SIGNS, _POINTS, _CURRENCIES = ("S", "MI", "PR"), (".", "D", "V"), ("$", "C", "L")
_NOT_WITH_HEX = ("9", *_POINTS, *_CURRENCIES, ",", "B", "EEEE")
_EXACT = Context(prec=800)


@dataclass(frozen=True, slots=True)
class _Form:
    """The elements of a format: those of the whole part with their separators, and the others."""

    whole: tuple[str, ...]
    fraction: int
    point: str
    sign: str
    currency: str
    is_hex: bool
    is_scientific: bool
    is_blank: bool
    is_bare: bool

    @property
    def width(self) -> int:
        """The number of characters of every answer, but for long exponents."""
        whole = 1 if self.is_scientific else len(self.whole)
        signs = 2 if self.sign == "PR" else 1
        exponent = 4 if self.is_scientific else 0
        return whole + len(self.point) + self.fraction + len(self.currency) + exponent + signs


def _fault(message: str) -> SqlError:
    return SqlError(f"Error in format string: {message}")


def _elements(form: str) -> list[str]:
    found, at = list[str](), 0
    while at < len(form):
        match = _ELEMENT.match(form, at)
        if match is None:
            raise _fault(f"Invalid format element '{form[at]}'")
        found.append(match[0] if match[0] in ("x", "c") else match[0].upper())
        at = match.end()
    return ["," if element == "G" else element for element in found]


@lru_cache(maxsize=256)
def _read(form: str) -> _Form:
    """The elements of the format.

    Raises SqlError: when they do not fit each other.
    Raises Refusal: for those that are not known to be answered right.
    """
    elements = _elements(form)
    for element in elements:
        if element == "RN" or element.startswith("TM"):
            raise Refusal(f"{element} in CAST of a number with FORMAT")
    upper = [element.upper() for element in elements]
    _check(upper)
    at = next((place for place, element in enumerate(upper) if element in _POINTS), len(upper))
    sign = next((element for element in upper if element in _SIGNS), "")
    currency = next((element for element in elements if element.upper() in _CURRENCIES), "")
    return _Form(
        whole=tuple(e for e in elements[:at] if e.upper() in ("0", "9", "X", ",")),
        fraction=sum(element in ("0", "9") for element in upper[at:]),
        point="" if at == len(upper) or upper[at] == "V" else ".",
        sign="S<" if sign == "S" and _is_first(upper, "S") else sign,
        currency={"C": "USD", "c": "usd", "": ""}.get(currency, "$"),
        is_hex="X" in upper,
        is_scientific="EEEE" in upper,
        is_blank="B" in upper,
        is_bare="FM" in upper,
    )


def _is_first(elements: list[str], element: str) -> bool:
    return not any(digit in elements[: elements.index(element)] for digit in ("0", "9", "X"))


def _check(elements: list[str]) -> None:
    digits = [place for place, element in enumerate(elements) if element in ("0", "9", "X")]
    if not digits:
        raise _fault("Format string must contain at least one of 'X', '0' or '9'")
    for group in (_SIGNS, _POINTS, _CURRENCIES, ("B",), ("EEEE",), ("FM",)):
        if sum(element in group for element in elements) > 1:
            raise _fault(f"There can be at most one of {', '.join(map(repr, group))}")
    if "X" in elements:
        _check_hex(elements, len(digits))
    point = next((at for at, element in enumerate(elements) if element in _POINTS), len(elements))
    for place, element in enumerate(elements):
        is_inside = digits[0] < place < digits[-1]
        if element == "S" and is_inside:
            raise _fault("'S' can only appear before or after all digits and 'EEEE'")
        if element in ("MI", "PR", "EEEE") and place < digits[-1]:
            raise _fault(f"'{element}' can only appear after all digits")
        if element == "," and (place < digits[0] or place > point or "EEEE" in elements):
            raise _fault("Unexpected ','")
    if "V" in elements and "EEEE" in elements:
        raise Refusal("V beside EEEE in CAST of a number with FORMAT")


def _check_hex(elements: list[str], digits: int) -> None:
    if other := next((element for element in elements if element in _NOT_WITH_HEX), None):
        raise _fault(f"'X' cannot appear together with '{other}'")
    if digits > 16:
        raise _fault("Max number of 'X' is 16")


def number_text(value: Decimal, form: str, *, is_float: bool) -> str:
    """The number in the format; a FLOAT64 half way between two goes to the even one."""
    read = _read(form)
    size = abs(value)
    text, is_blank = _digits(size, read, ROUND_HALF_EVEN if is_float else ROUND_HALF_UP)
    if is_blank:
        return "" if read.is_bare else " " * read.width
    signed = _signed(read.currency + text, read.sign, value < 0)
    if read.is_bare:
        return signed.strip()
    # An exponent of three digits makes the answer longer than the format.
    return signed.rjust(max(read.width, len(read.currency + text) + 1))


def _signed(text: str, sign: str, is_negative: bool) -> str:
    if sign == "PR":
        return f"<{text}>" if is_negative else f" {text} "
    if sign == "MI":
        return f"{text}{'-' if is_negative else ' '}"
    if sign == "S":
        return f"{text}{'-' if is_negative else '+'}"
    return f"{'-' if is_negative else '+' if sign else ''}{text}"


def _digits(size: Decimal, form: _Form, rounding: str) -> tuple[str, bool]:
    """The digits of the number with point, separators and exponent; whether B makes them blank."""
    exponent = ""
    if form.is_scientific:
        size, exponent = _mantissa(size, form.fraction, rounding)
    if form.is_hex:
        whole, fraction = f"{int(_rounded(size, 0, ROUND_HALF_UP)):X}", ""
    else:
        text = f"{_rounded(size, form.fraction, rounding):f}"
        whole, _, fraction = text.partition(".")
    if form.is_blank and whole.strip("0") == "":
        return "", True
    if form.is_bare:
        fraction = fraction.rstrip("0") if form.point else fraction
    placed = whole if form.is_scientific else _placed(whole, form, has_fraction=bool(fraction))
    if placed is None:
        whole = "".join("," if element == "," else "#" for element in form.whole)
        return f"{whole}{form.point}{'#' * form.fraction}", False
    return f"{placed}{form.point}{fraction}{exponent}", False


def _rounded(size: Decimal, places: int, rounding: str) -> Decimal:
    return size.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_EXACT)


def _mantissa(size: Decimal, places: int, rounding: str) -> tuple[Decimal, str]:
    power = size.adjusted() if size else 0
    shifted = _rounded(size.scaleb(-power, _EXACT), places, rounding)
    if shifted >= 10:
        power, shifted = power + 1, _rounded(shifted.scaleb(-1, _EXACT), places, rounding)
    return shifted, f"E{'-' if power < 0 else '+'}{abs(power):02}"


def _placed(whole: str, form: _Form, *, has_fraction: bool) -> str | None:
    """The digits of the whole part in their elements; None where there are too few of these."""
    digits = "" if whole == "0" else whole
    if len(digits) > sum(element != "," for element in form.whole):
        return None
    if not digits and not has_fraction and any(element != "," for element in form.whole):
        digits = "0"
    zero_at = form.whole.index("0") if "0" in form.whole else len(form.whole)
    result = ""
    lower = False
    for place in range(len(form.whole) - 1, -1, -1):
        element = form.whole[place]
        if element == ",":
            result = f",{result}" if digits or zero_at < place else result
            continue
        lower = element == "x" or (lower and element != "X")
        digit = digits[-1:] or ("0" if place >= zero_at else "")
        digits = digits[:-1]
        result = (digit.lower() if lower else digit) + result
    return result
