"""Rows as Avro, in the types that BigQuery's Storage Read API and its exports give.

Source: https://cloud.google.com/bigquery/docs/reference/storage#avro_schema_details
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field

Schema = dict[str, Any]
_PLAIN = {
    "INTEGER": "long",
    "FLOAT": "double",
    "BOOLEAN": "boolean",
    "STRING": "string",
    "BYTES": "bytes",
}
_LOGICAL: dict[str, Schema] = {
    "DATE": {"type": "int", "logicalType": "date"},
    "TIME": {"type": "long", "logicalType": "time-micros"},
    "TIMESTAMP": {"type": "long", "logicalType": "timestamp-micros"},
    "DATETIME": {"type": "string", "logicalType": "datetime"},
}
# What an export has where it is not asked for logical types.
_RAW: dict[str, Any] = {
    "DATE": "string",
    "TIME": "string",
    "TIMESTAMP": "long",
    "DATETIME": "string",
}
_NAMED = ("GEOGRAPHY", "JSON")
_DECIMALS = {"NUMERIC": (38, 9), "BIGNUMERIC": (77, 38)}
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)


def avro_schema(
    fields: Sequence[Field], *, name: str = "__root__", has_logical_types: bool = True
) -> Schema:
    """The Avro schema of a table with these fields.

    Raises BigQueryError: when the type of a field has no Avro type here.

    >>> avro_schema([{"name": "id", "type": "INTEGER", "mode": "NULLABLE"}])["fields"]
    [{'name': 'id', 'type': ['null', 'long']}]
    """
    numbers = iter(range(1 << 30))

    def record(inner: Sequence[Field], record_name: str) -> Schema:
        members = [{"name": one["name"], "type": typed(one)} for one in inner]
        return {"type": "record", "name": record_name, "fields": members}

    def typed(field: Field) -> Any:
        if field["type"] == "RECORD":
            kind: Any = record(field["fields"], f"__s_{next(numbers)}")
        else:
            kind = _scalar(field, has_logical_types=has_logical_types)
        if field["mode"] == "REPEATED":
            return {"type": "array", "items": kind}
        return ["null", kind] if field["mode"] == "NULLABLE" else kind

    return record(fields, name)


def _scalar(field: Field, *, has_logical_types: bool) -> Any:
    kind = field["type"]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _LOGICAL:
        return (_LOGICAL if has_logical_types else _RAW)[kind]
    if kind in _NAMED:
        return {"type": "string", "sqlType": kind}
    if kind in _DECIMALS:
        precision, scale = _DECIMALS[kind]
        if field.get("precision"):
            precision, scale = int(field["precision"]), int(field.get("scale") or 0)
        return {
            "type": "bytes",
            "logicalType": "decimal",
            "precision": precision,
            "scale": scale,
        }
    raise unsupported(f"{kind} as Avro; read {field['name']} another way")


def avro_records(
    batches: Iterable[Any], fields: Sequence[Field], *, has_logical_types: bool = True
) -> Iterator[dict[str, Any]]:
    """The rows of Arrow batches as what fastavro writes by that schema."""
    for batch in batches:
        for row in batch.to_pylist():
            yield _record(row, fields, has_logical_types=has_logical_types)


def avro_rows(batch: Any, fields: Sequence[Field], schema: Any) -> bytes:
    """The rows of an Arrow batch one after the other, without the head of a file."""
    fastavro, rows = import_fastavro(), io.BytesIO()
    for record in avro_records([batch], fields):
        fastavro.schemaless_writer(rows, schema, record)
    return rows.getvalue()


def import_fastavro() -> Any:
    """The package that reads and writes Avro.

    Raises BigQueryError: where it is not installed.
    """
    try:
        import fastavro
    except ImportError as error:
        raise unsupported(
            "Avro without the package fastavro: pip install 'ml-api-kit[avro]'"
        ) from error
    return fastavro


def _record(
    row: dict[str, Any], fields: Sequence[Field], *, has_logical_types: bool
) -> dict[str, Any]:
    def value(given: Any, field: Field) -> Any:
        if given is None:
            return None
        if field["mode"] == "REPEATED":
            element = {**field, "mode": "NULLABLE"}
            return [value(item, element) for item in given]
        if field["type"] == "RECORD":
            return _record(given, field["fields"], has_logical_types=has_logical_types)
        if field["type"] == "DATETIME":
            return given.isoformat()
        return given if has_logical_types else _RAW_VALUES.get(field["type"], _same)(given)

    return {field["name"]: value(row[field["name"]], field) for field in fields}


def _same(value: Any) -> Any:
    return value


_RAW_VALUES: dict[str, Callable[[Any], Any]] = {
    "DATE": datetime.date.isoformat,
    "TIME": datetime.time.isoformat,
    "TIMESTAMP": lambda value: (value - _EPOCH) // _MICROSECOND,
}
