"""Files of JSON lines as DuckDB queries.

Source: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-json
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source, from_text
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal


def check_is_lines(source: Source) -> None:
    """Nothing, when no file is one JSON array: DuckDB would take it for a row.

    Raises BigQueryError: when one is, or is no gzip after its beginning.
    """
    opened = gzip.open if source.compression == "gzip" else open
    for path in source.files:
        try:
            with opened(path, "rb") as file:
                head = file.read(64).lstrip()
        except (OSError, EOFError, zlib.error) as error:
            raise BigQueryError(f"Error while reading data, error message: {error}") from error
        if head.startswith(b"["):
            raise BigQueryError(
                "Error while reading data, error message: JSON parsing error: the file is an "
                "array; write one object on each line."
            )


def json_select(source: Source, fields: list[Field]) -> str:
    """The DuckDB query for files of JSON lines; keys that are no fields are left out."""
    columns = ", ".join(
        f"{text_literal(field['name'])}: {text_literal(_json_type(field))}" for field in fields
    )
    values = ", ".join(
        f"{_from_json(quote(field['name']), field, source.options)} AS {quote(field['name'])}"
        for field in fields
    )
    values += source.path_columns_sql(field["name"] for field in fields)
    # Without `records` a line {} is taken for the value of the only column.
    return (
        f"SELECT {values} FROM read_json({source.files_sql}, format='newline_delimited',"
        f" records='true', compression='{source.compression}', columns={{{columns}}})"
    )


def check_keys(cursor: DuckDBPyConnection, source: Source, fields: list[Field]) -> None:
    """Nothing, when every key of the files is that of a field, or unknown ones may be.

    Raises BigQueryError: when one is not, or is written in another case.
    """
    row = cursor.execute(
        f"SELECT json_group_structure(json) FROM read_ndjson_objects({source.files_sql},"
        f" compression='{source.compression}')"
    ).fetchone()
    structure = json.loads(row[0]) if row and row[0] else {}
    if isinstance(structure, dict):
        _compare_keys(structure, fields, "", source.ignores_unknown_values)


def _compare_keys(
    structure: Mapping[str, Any], fields: list[Field], where: str, is_lenient: bool
) -> None:
    known = {field["name"].lower(): field for field in fields}
    for key, inner in structure.items():
        field = known.get(key.lower())
        if field is None and is_lenient:
            continue
        if field is None:
            raise BigQueryError(
                "Error while reading data, error message: JSON table encountered too many errors, "
                f"giving up. JSON parsing error: No such field: {where}{key}."
            )
        if key != field["name"]:
            # DuckDB finds keys by their very letters.
            raise unsupported(f"the key {where}{key} for the field {field['name']} in a load")
        nested = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(nested, dict) and field["type"] == "RECORD":
            _compare_keys(nested, field["fields"], f"{where}{key}.", is_lenient)


def _json_type(field: Field) -> str:
    if field["type"] == "RECORD":
        inner = ", ".join(f"{quote(sub['name'])} {_json_type(sub)}" for sub in field["fields"])
        base = f"STRUCT({inner})"
    elif field["type"] == "RANGE":
        base = 'STRUCT("start" VARCHAR, "end" VARCHAR)'
    else:
        base = "JSON" if field["type"] == "JSON" else "VARCHAR"
    return f"{base}[]" if field["mode"] == "REPEATED" else base


def _from_json(value: str, field: Field, options: Mapping[str, Any], depth: int = 0) -> str:
    if field["mode"] == "REPEATED":
        item = f"item_{depth}"
        element = _from_json(item, {**field, "mode": "NULLABLE"}, options, depth + 1)
        return f"list_transform({value}, lambda {item}: {element})"
    if field["type"] == "RECORD":
        members = [(quote(sub["name"]), sub) for sub in field["fields"]]
        inner = ", ".join(
            f"{name} := {_from_json(f'({value}).{name}', sub, options, depth)}"
            for name, sub in members
        )
        return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({inner}) END"
    if field["type"] == "RANGE":
        return _range(value, field, options)
    if field["type"] == "JSON":
        # A text that holds JSON and JSON itself are both taken, as BigQuery does.
        parsed = f"CAST(json_extract_string({value}, '$') AS JSON)"
        return f"CASE WHEN json_type({value}) = 'VARCHAR' THEN {parsed} ELSE {value} END"
    return from_text(value, field, options)


def _range(value: str, field: Field, options: Mapping[str, Any]) -> str:
    element = {**field, "type": field["rangeElementType"]["type"]}
    start, end = (from_text(f'({value})."{name}"', element, options) for name in ("start", "end"))
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE bq_range({start}, {end}) END"
