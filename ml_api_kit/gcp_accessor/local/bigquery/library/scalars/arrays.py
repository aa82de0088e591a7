"""Arrays of numbers in steps, and bytes joined."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.numerics import EXACT
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

_MOST = 1_600_000


def _series(start: Any, end: Any, step: Any) -> list[Any]:
    if step == 0:
        raise SqlError("Sequence step cannot be 0.")
    count = int((end - start) / step) if isinstance(start, float) else int((end - start) // step)
    if count < 0 or (end - start) * (1 if step > 0 else -1) < 0:
        return []
    if count >= _MOST:
        raise SqlError(f"Cannot generate arrays with more than {_MOST} elements.")
    return [start + place * step for place in range(count + 1)]


@scalar("py_int_array", "BIGINT[]")
def int_array(start: int, end: int, step: int) -> list[int]:
    """GENERATE_ARRAY of INT64."""
    return _series(start, end, step)


@scalar("py_float_array", "DOUBLE[]")
def float_array(start: float, end: float, step: float) -> list[float]:
    """GENERATE_ARRAY of FLOAT64."""
    return _series(float(start), float(end), float(step))


@scalar("py_numeric_array", "DECIMAL(38,9)[]")
def numeric_array(start: Decimal, end: Decimal, step: Any) -> list[Decimal]:
    """GENERATE_ARRAY of NUMERIC."""
    with localcontext(EXACT):
        return _series(start, end, Decimal(step))


@scalar("py_join_text", "VARCHAR")
def join_text(values: list[str | None], separator: str, missing: str | None = None) -> str:
    """The texts one behind the other; NULLs as `missing`, or left out."""
    filled = [missing if value is None else value for value in values]
    return separator.join(value for value in filled if value is not None)


@scalar("py_join_bytes", "BLOB")
def join_bytes(values: list[bytes | None], separator: bytes | str) -> bytes:
    """The bytes one behind the other, NULLs left out."""
    between = separator.encode() if isinstance(separator, str) else separator
    return between.join(value for value in values if value is not None)


@scalar("py_quantile_places", "BIGINT[]")
def quantile_places(size: int, count: int) -> list[int]:
    """The places, from one on, of the quantiles of a sorted list: its ends, and those between."""
    if count < 1:
        raise SqlError("The number of quantiles must be at least 1")
    return [max(-(-place * size // count), 1) for place in range(count + 1)]
