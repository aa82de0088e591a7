"""What does not fit in a JSON object whose members are to be fields of a table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import from_text
from ml_api_kit.gcp_accessor.local.bigquery.names import text_literal
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import misfit_words

_TARGETS = {
    "INTEGER": "integer",
    "FLOAT": "double",
    "BOOLEAN": "boolean",
    "NUMERIC": "numeric",
    "BIGNUMERIC": "bignumeric",
    "BYTES": "bytes",
}
_TIMES = {
    "DATE": ("date", "YYYY-MM-DD"),
    "TIME": ("time", "HH:MM[:SS[.SSSSSS]]"),
    "DATETIME": ("datetime", "YYYY-MM-DD HH:MM[:SS[.SSSSSS]]"),
    "TIMESTAMP": ("timestamp", "YYYY-MM-DD HH:MM[:SS[.SSSSSS]]"),
}
_SHOWN_LETTERS = 200
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class JsonFault:
    """One value that does not fit: how, its dotted path, and its field where it has one.

    `kind` is unknown, missing, null, null element, array, scalar for array, record, scalar for
    record, surrogate, value, or size and shape, whose `value` are the words for it.
    """

    kind: str
    path: str
    value: Any = None
    field: Field | None = None


def first_fault(
    cursor: DuckDBPyConnection,
    record: Mapping[str, Any],
    fields: list[Field],
    options: Mapping[str, Any],
    *,
    is_lenient: bool,
    where: str = "",
) -> JsonFault | None:
    """The first value of the object that does not fit its field; None when all do.

    Where `is_lenient`, members that no field has are passed over.
    """
    known = {field["name"].lower(): field for field in fields}
    for key, value in record.items():
        field = known.get(key.lower())
        if field is None and not is_lenient:
            return JsonFault("unknown", f"{where}{key}", value)
        if field is not None:
            fault = _fault_of(cursor, value, field, options, f"{where}{field['name']}", is_lenient)
            if fault is not None:
                return fault
    given = {key.lower() for key in record}
    for name, field in known.items():
        has_default = field.get("defaultValueExpression") is not None
        if field["mode"] == "REQUIRED" and name not in given and not has_default:
            return JsonFault("missing", f"{where}{field['name']}", None, field)
    return None


def _fault_of(
    cursor: DuckDBPyConnection,
    value: Any,
    field: Field,
    options: Mapping[str, Any],
    path: str,
    is_lenient: bool,
) -> JsonFault | None:
    if isinstance(value, str) and _SURROGATE.search(value):
        return JsonFault("surrogate", path, value, field)
    if field["mode"] == "REPEATED":
        if value is None:
            return None
        if not isinstance(value, list):
            return JsonFault("scalar for array", path, value, field)
        if any(one is None for one in value):
            return JsonFault("null element", path, None, field)
        element = {**field, "mode": "NULLABLE"}
        faults = (_fault_of(cursor, one, element, options, path, is_lenient) for one in value)
        return next((fault for fault in faults if fault is not None), None)
    if value is None:
        return JsonFault("null", path, None, field) if field["mode"] == "REQUIRED" else None
    if field["type"] == "JSON":
        return None
    if isinstance(value, list):
        return JsonFault("array", path, value, field)
    if field["type"] == "RECORD":
        if not isinstance(value, dict):
            return JsonFault("scalar for record", path, value, field)
        return first_fault(
            cursor, value, field["fields"], options, is_lenient=is_lenient, where=f"{path}."
        )
    if field["type"] == "RANGE":
        return None
    if isinstance(value, dict):
        return JsonFault("record", path, value, field)
    try:
        cursor.execute(f"SELECT {from_text(text_literal(text_of(value)), field, options)}")
        cursor.fetchall()
    except duckdb.Error as error:
        if field["type"] == "GEOGRAPHY":
            return JsonFault("shape", path, to_bigquery_error(error).message, field)
        return JsonFault("value", path, value, field)
    misfit = misfit_words(field, text_of(value))
    return JsonFault("size", path, misfit, field) if misfit else None


def text_of(value: Any) -> str:
    """A scalar of JSON as the text that is read: a string as it is, others as JSON has them."""
    return value if isinstance(value, str) else json.dumps(value)


def time_words(field: Field, text: str) -> str | None:
    """The sentence for a text that is no date or time of the field's type; None for other types."""
    if field["type"] not in _TIMES:
        return None
    name, form = _TIMES[field["type"]]
    return f"Could not parse '{text}' as a {name}. Required format is {form}"


def converted_words(fault: JsonFault) -> str:
    """The sentence for a value that cannot become one of its field's type, as loads say it."""
    assert fault.field is not None
    text = text_of(fault.value)[:_SHOWN_LETTERS]
    place = f"Field: {fault.path}; Value: {text}"
    target = _TARGETS.get(fault.field["type"], fault.field["type"].lower())
    if (words := time_words(fault.field, text)) is not None:
        return f"Couldn't convert value to {_TIMES[fault.field['type']][0]}: {words} {place}"
    kind = "string" if isinstance(fault.value, str) else "number"
    if isinstance(fault.value, bool):
        kind = "bool"
    shown = json.dumps(fault.value, ensure_ascii=False)[:_SHOWN_LETTERS]
    return f"Could not convert value '{kind}_value: {shown}' to {target}. {place}"
