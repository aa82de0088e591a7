"""INT64_ARRAY, LAX_STRING_ARRAY and their like: the elements of a JSON array, as those of SQL.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_scalars import (
    lax_bool,
    lax_float64,
    lax_int64,
    lax_string,
    to_bool,
    to_float64,
    to_int64,
    to_string,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_values import dump, parse
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar


def _elements(document: str) -> list[str] | None:
    value = parse(document)
    return [dump(item) for item in value] if isinstance(value, list) else None


def _strict(document: str) -> list[str]:
    found = _elements(document)
    if found is None:
        raise SqlError("The provided JSON input is not an array")
    return found


@scalar("bq_bool_array", "BOOLEAN[]")
def bool_array(document: str) -> list[bool]:
    """BOOL_ARRAY."""
    return [to_bool(item) for item in _strict(document)]


@scalar("bq_int64_array", "BIGINT[]")
def int64_array(document: str) -> list[int]:
    """INT64_ARRAY."""
    return [to_int64(item) for item in _strict(document)]


@scalar("bq_float64_array", "DOUBLE[]")
def float64_array(document: str, mode: str | None = None) -> list[Any]:
    """FLOAT64_ARRAY."""
    return [to_float64(item, mode) for item in _strict(document)]


@scalar("bq_string_array", "VARCHAR[]")
def string_array(document: str) -> list[str]:
    """STRING_ARRAY."""
    return [to_string(item) for item in _strict(document)]


@scalar("bq_lax_bool_array", "BOOLEAN[]")
def lax_bool_array(document: str) -> list[bool | None] | None:
    """LAX_BOOL_ARRAY: NULL for what is no array, and for each element that is no boolean."""
    found = _elements(document)
    return None if found is None else [lax_bool(item) for item in found]


@scalar("bq_lax_int64_array", "BIGINT[]")
def lax_int64_array(document: str) -> list[int | None] | None:
    """LAX_INT64_ARRAY."""
    found = _elements(document)
    return None if found is None else [lax_int64(item) for item in found]


@scalar("bq_lax_float64_array", "DOUBLE[]")
def lax_float64_array(document: str) -> list[float | None] | None:
    """LAX_FLOAT64_ARRAY."""
    found = _elements(document)
    return None if found is None else [lax_float64(item) for item in found]


@scalar("bq_lax_string_array", "VARCHAR[]")
def lax_string_array(document: str) -> list[str | None] | None:
    """LAX_STRING_ARRAY."""
    found = _elements(document)
    return None if found is None else [lax_string(item) for item in found]


@scalar("bq_json_flatten", "JSON[]")
def json_flatten(document: str) -> list[str]:
    """JSON_FLATTEN: the values of arrays within arrays as one array."""
    return [dump(value) for value in _flat(parse(document))]


def _flat(value: Any) -> Iterator[Any]:
    if not isinstance(value, list):
        yield value
        return
    for item in value:
        yield from _flat(item)
