"""Values of numpy and pandas as those of Python, and what no column of BigQuery keeps of any.

Neither library is imported: a value that there is says by its type whose it is.
"""

from __future__ import annotations

import datetime
from decimal import Context, Decimal
from typing import Any

from ml_api_kit.errors import QueryError

_FINER_THAN_MICROS = ("ns", "ps", "fs", "as")
_MOMENTS = "mM"
_MISSING = frozenset({"NAType", "NaTType"})
# Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types
_MOST_PLACES = 38
_MOST_BIGNUMERIC = Decimal((0, tuple(map(int, str(2**255))), -_MOST_PLACES))
_EXACT = Context(prec=100)


def plain_value(value: Any) -> Any:
    """A value of numpy as that of Python that it holds, any other as it is.

    Raises QueryError: for a moment that Python, and BigQuery, cannot hold: one with nanoseconds, or
        of a year behind 9999.
    """
    if type(value).__module__ != "numpy" or not hasattr(value, "tolist"):
        return value
    return value.tolist() if value.dtype.kind not in _MOMENTS else _moments(value)


def is_missing(value: Any) -> bool:
    """Whether a value is None, or what pandas writes in its place.

    >>> is_missing(None), is_missing(0)
    (True, False)
    """
    return value is None or type(value).__name__ in _MISSING


def unfit_reason(value: Any) -> str | None:
    """Why BigQuery does not keep a value of a type that it has, as a clause; None where it does.

    >>> unfit_reason(Decimal("0.5")), unfit_reason(Decimal("NaN"))
    (None, 'is the Decimal NaN, which no BigQuery type takes')
    """
    if isinstance(value, Decimal):
        return _decimal_reason(value)
    if isinstance(value, datetime.time) and value.tzinfo is not None:
        return "has a time zone, which TIME lacks; give value.replace(tzinfo=None)"
    if isinstance(value, datetime.datetime):
        return _datetime_reason(value)
    if isinstance(value, str) and not _is_text(value):
        return "holds half of a character (a surrogate); decode it again from its bytes"
    return None


def _moments(value: Any) -> Any:
    """A datetime64 or timedelta64, or an array of them; `tolist` makes whole numbers of some."""
    micros = value
    if str(value.dtype).rstrip("]").endswith(_FINER_THAN_MICROS):
        micros = value.astype(f"{value.dtype.kind}8[us]")
        is_same = (micros.astype(value.dtype) == value) | (value != value)
        if not is_same.all():
            raise QueryError(
                f"A {value.dtype} has parts of a microsecond, which BigQuery does not keep; round"
                f' it: value.astype("{value.dtype.kind}8[us]").'
            )
    found = micros.tolist()
    if _has_number(found):
        raise QueryError(f"A {value.dtype} is beyond the year 9999, or of no unit.")
    return found


def _has_number(found: Any) -> bool:
    if isinstance(found, list):
        return any(map(_has_number, found))
    return isinstance(found, int)


def _decimal_reason(value: Decimal) -> str | None:
    if not value.is_finite():
        return f"is the Decimal {value}, which no BigQuery type takes"
    is_small = _MOST_BIGNUMERIC.copy_negate() <= value < _MOST_BIGNUMERIC
    if is_small and _EXACT.quantize(value, Decimal((0, (1,), -_MOST_PLACES))) == value:
        return None
    return "has more digits than BIGNUMERIC keeps, 38 before the point and 38 behind it; round it"


def _datetime_reason(value: datetime.datetime) -> str | None:
    if is_missing(value):
        return None
    if getattr(value, "nanosecond", 0):
        return 'has nanoseconds, which BigQuery does not keep; round it: value.round("us")'
    if value.tzinfo is None:
        return None
    try:
        value.astimezone(datetime.UTC)
    except OverflowError:
        return "is outside of the years 1 to 9999 in UTC"
    return None


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
