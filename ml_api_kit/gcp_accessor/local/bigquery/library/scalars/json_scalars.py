"""A JSON as a value of SQL: BOOL, INT64, FLOAT64, STRING and the LAX functions; JSON_TYPE."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_values import float_json, parse
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@scalar("bq_json_type", "VARCHAR")
def json_type(document: str) -> str:
    """JSON_TYPE: object, array, string, number, boolean or null."""
    value = parse(document)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if _is_number(value):
        return "number"
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else "string"


@scalar("bq_bool", "BOOLEAN")
def to_bool(document: str) -> bool:
    """BOOL of a JSON boolean."""
    value = parse(document)
    if not isinstance(value, bool):
        raise SqlError("The provided JSON input is not a boolean")
    return value


@scalar("py_json_int64", "BIGINT")
def to_int64(document: str) -> int:
    """INT64 of a JSON number without a fraction."""
    value = parse(document)
    if not _is_number(value):
        raise SqlError("The provided JSON input is not an integer")
    if value != int(value) or not -(2**63) <= value < 2**63:
        raise SqlError(f"The provided JSON number: {document} cannot be converted to an integer")
    return int(value)


@scalar("py_json_float64", "DOUBLE", takes_nulls=True)
def to_float64(document: str | None, mode: str | None = None) -> float | None:
    """FLOAT64 of a JSON number."""
    if document is None:
        return None
    if mode not in (None, "exact", "round"):
        raise SqlError(f"Invalid `wide_number_mode` specified: {mode}")
    value = parse(document)
    if not _is_number(value):
        raise SqlError("The provided JSON input is not a number")
    if mode == "exact" and isinstance(value, int) and int(float(value)) != value:
        raise SqlError(
            f"JSON number: {document} cannot be converted to DOUBLE without loss of precision"
        )
    return float(value)


@scalar("py_json_string", "VARCHAR")
def to_string(document: str) -> str:
    """STRING of a JSON string."""
    value = parse(document)
    if not isinstance(value, str):
        raise SqlError("The provided JSON input is not a string")
    return value


@scalar("bq_lax_bool", "BOOLEAN")
def lax_bool(document: str) -> bool | None:
    """LAX_BOOL."""
    value = parse(document)
    if isinstance(value, bool):
        return value
    if _is_number(value):
        return bool(value != 0)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return None


@scalar("bq_lax_int64", "BIGINT")
def lax_int64(document: str) -> int | None:
    """LAX_INT64: rounded, halves away from zero; NULL for what is no number."""
    value = parse(document)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        if not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", value, re.IGNORECASE):
            return None
        number = Decimal(value.strip())
    elif _is_number(value):
        number = Decimal(value)
    else:
        return None
    rounded = int(number.to_integral_value(ROUND_HALF_UP))
    return rounded if -(2**63) <= rounded < 2**63 else None


@scalar("bq_lax_float64", "DOUBLE")
def lax_float64(document: str) -> float | None:
    """LAX_FLOAT64."""
    value = parse(document)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        spelled = value.strip()
        if re.fullmatch(
            r"[+-]?(inf|infinity|nan|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)", spelled, re.IGNORECASE
        ):
            number = float(spelled)
            return None if math.isinf(number) and "inf" not in spelled.lower() else number
        return None
    return float(value) if _is_number(value) else None


@scalar("bq_lax_string", "VARCHAR")
def lax_string(document: str) -> str | None:
    """LAX_STRING: of a boolean, number or string."""
    value = parse(document)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return float_json(value).removesuffix(".0")
    return str(value) if isinstance(value, int) else None
