"""What is wrong with a row of `tabledata.insertAll`, in BigQuery's words."""

from __future__ import annotations

from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.files.json_faults import (
    JsonFault,
    first_fault,
    text_of,
    time_words,
)

_BAD_VALUES = {"INTEGER": "integer", "FLOAT": "floating point", "BOOLEAN": "boolean"}
_SHOWN_LETTERS = 200


def row_error(
    cursor: DuckDBPyConnection, record: Any, fields: list[Field], *, is_lenient: bool
) -> dict[str, Any] | None:
    """The error of a row, as the answer lists it; None for one that fits."""
    if not isinstance(record, dict):
        return error_entry("This field: row is not a record.", "")
    fault = first_fault(cursor, record, fields, {}, is_lenient=is_lenient)
    return None if fault is None else error_entry(_words(fault), fault.path)


def error_entry(message: str, location: str, reason: str = "invalid") -> dict[str, Any]:
    """One entry of a row's `errors`."""
    return {"reason": reason, "location": location, "debugInfo": "", "message": message}


def _words(fault: JsonFault) -> str:
    path = fault.path
    known = {
        "size": f"Field {path}: {fault.value}",
        "shape": f"Field {path}: {fault.value}",
        "unknown": f"no such field: {path}.",
        "missing": f"Missing required field: {path}.",
        "null": f"Missing required field: {path}.",
        "null element": "Only optional fields can be set to NULL.",
        "array": "Array specified for non-repeated field.",
        "scalar for array": f"Repeated field must be imported as a JSON array. Field: {path}.",
        "scalar for record": f"This field: {path} is not a record.",
        "record": f"This field: {path} is not a record.",
    }
    return known.get(fault.kind) or _bad_value(fault)


def _bad_value(fault: JsonFault) -> str:
    assert fault.field is not None
    text, kind = text_of(fault.value)[:_SHOWN_LETTERS], fault.field["type"]
    if (words := time_words(fault.field, text)) is not None:
        return words
    if kind in ("NUMERIC", "BIGNUMERIC"):
        return f"Invalid {kind} value: {text} Field: {fault.path}; Value: {text}"
    return f"Cannot convert value to {_BAD_VALUES.get(kind, kind.lower())} (bad value): {text}"
