"""Files as DuckDB queries: CSV, JSON lines and Parquet, in the types of BigQuery's fields.

Text is read as text and converted as BigQuery would, so that DuckDB's guesses change no value.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.assignment import assigned_sql
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import (
    Field,
    check_fields,
    duckdb_type,
    fields_from_duckdb,
)
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal

_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Source:
    """Files of one format, and the options they are read with."""

    files: tuple[Path, ...]
    format: str
    options: Mapping[str, Any]

    @property
    def files_sql(self) -> str:
        """The files as a DuckDB list."""
        return f"[{', '.join(text_literal(str(path)) for path in self.files)}]"

    @property
    def compression(self) -> str:
        """`gzip` or `none`, by the first bytes of the first file."""
        with self.files[0].open("rb") as file:
            return "gzip" if file.read(2) == _GZIP_MAGIC else "none"


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


def detect_fields(cursor: DuckDBPyConnection, source: Source) -> list[Field]:
    """The schema that the values of the files suggest."""
    if source.format == "CSV":
        described = _csv_header(cursor, source)
        relation = cursor.sql(
            f"SELECT * FROM read_csv({source.files_sql}, header=true,"
            f" skip={max(_skip(source) - 1, 0)}, compression='{source.compression}',"
            f" delim={text_literal(_delimiter(source))})"
            if described
            else f"SELECT * FROM read_csv({source.files_sql}, header=false,"
            f" compression='{source.compression}', delim={text_literal(_delimiter(source))})"
        )
    else:
        relation = cursor.sql(
            f"SELECT * FROM read_json({source.files_sql}, format='newline_delimited',"
            f" compression='{source.compression}')"
        )
    fields = fields_from_duckdb(relation.columns, relation.types)
    return check_fields([_detected(field, position) for position, field in enumerate(fields)])


def _detected(field: Field, position: int) -> Field:
    name = re.sub(r"\W", "_", field["name"]) or f"string_field_{position}"
    if re.fullmatch(r"column\d+", name):
        name = f"{field['type'].lower()}_field_{position}"
    # BigQuery's detection gives TIMESTAMP where DuckDB's gives a time without zone.
    type_name = "TIMESTAMP" if field["type"] == "DATETIME" else field["type"]
    detected = {**field, "name": name if not name[0].isdigit() else f"_{name}", "type": type_name}
    if "fields" in field:
        detected["fields"] = [_detected(sub, index) for index, sub in enumerate(field["fields"])]
    return detected


def _csv_header(cursor: DuckDBPyConnection, source: Source) -> bool:
    if source.options.get("skipLeadingRows") not in (None, "", 0, "0"):
        return True
    row = cursor.execute(
        f"SELECT HasHeader FROM sniff_csv({text_literal(str(source.files[0]))},"
        f" delim={text_literal(_delimiter(source))})"
    ).fetchone()
    return bool(row and row[0])


def _skip(source: Source) -> int:
    try:
        return int(source.options.get("skipLeadingRows") or 0)
    except (TypeError, ValueError) as error:
        raise BigQueryError("Invalid value for skipLeadingRows") from error


def _delimiter(source: Source) -> str:
    delimiter = str(source.options.get("fieldDelimiter") or ",")
    return {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)


def select_sql(cursor: DuckDBPyConnection, source: Source, fields: list[Field]) -> str:
    """The DuckDB query that gives the rows of the files in the types of the fields.

    Raises BigQueryError: when a file has keys or shapes that the fields do not.
    """
    if source.format == "CSV":
        return _csv_select(cursor, source, fields)
    if source.format == "NEWLINE_DELIMITED_JSON":
        if not source.options.get("ignoreUnknownValues"):
            _refuse_unknown_keys(cursor, source, fields)
        return json_select_sql(source, fields)
    columns = ", ".join(
        f"CAST({assigned_sql(quote(field['name']), field)} AS {duckdb_type(field)})"
        f" AS {quote(field['name'])}"
        for field in fields
    )
    return f"SELECT {columns} FROM read_parquet({source.files_sql})"


def _csv_select(cursor: DuckDBPyConnection, source: Source, fields: list[Field]) -> str:
    for field in fields:
        if field["mode"] == "REPEATED" or field["type"] == "RECORD":
            raise BigQueryError(f"CSV cannot hold the nested or repeated field {field['name']}")
    skip = _skip(source)
    is_headed = source.options.get("autodetect") and not skip and _csv_header(cursor, source)
    quote_mark = source.options.get("quote")
    columns = ", ".join(f"{text_literal(field['name'])}: 'VARCHAR'" for field in fields)
    options = {
        "columns": f"{{{columns}}}",
        "auto_detect": "false",
        "header": "false",
        "skip": str(1 if is_headed else skip),
        "delim": text_literal(_delimiter(source)),
        "quote": text_literal('"' if quote_mark is None else str(quote_mark)),
        "escape": text_literal('"' if quote_mark is None else str(quote_mark)),
        "nullstr": text_literal(str(source.options.get("nullMarker") or "")),
        "allow_quoted_nulls": "false",
        "null_padding": "true" if source.options.get("allowJaggedRows") else "false",
        "compression": text_literal(source.compression),
    }
    arguments = ", ".join(f"{name}={value}" for name, value in options.items())
    values = ", ".join(
        f"{_from_csv(quote(field['name']), field)} AS {quote(field['name'])}" for field in fields
    )
    return f"SELECT {values} FROM read_csv({source.files_sql}, {arguments})"


def _from_csv(value: str, field: Field) -> str:
    if field["type"] == "BOOLEAN":
        # CSV spells truth in more ways than CAST takes.
        yes, no = "('true', 't', 'yes', 'y', '1')", "('false', 'f', 'no', 'n', '0')"
        return (
            f"CASE WHEN lower({value}) IN {yes} THEN true WHEN lower({value}) IN {no} THEN false"
            f" WHEN {value} IS NOT NULL THEN bq_cast_bool({value}) END"
        )
    return _from_text(value, field)


def _from_text(value: str, field: Field) -> str:
    if field["type"] == "STRING":
        return value
    if field["type"] == "BYTES":
        return f"from_base64({value})"
    if field["type"] == "JSON":
        return f"CAST({value} AS JSON)"
    macro = {"INTEGER": "int64", "FLOAT": "float64", "BOOLEAN": "bool"}.get(
        field["type"], field["type"].lower()
    )
    if field["type"] == "DATETIME":
        return f"bq_cast_datetime({value})"
    return f"bq_cast_{macro}({value})"


def json_select_sql(source: Source, fields: list[Field]) -> str:
    """The DuckDB query for files of JSON lines; keys that are no fields are left out."""
    columns = ", ".join(
        f"{text_literal(field['name'])}: {text_literal(_json_type(field))}" for field in fields
    )
    values = ", ".join(
        f"{_from_json(quote(field['name']), field)} AS {quote(field['name'])}" for field in fields
    )
    return (
        f"SELECT {values} FROM read_json({source.files_sql}, format='newline_delimited',"
        f" compression='{source.compression}', columns={{{columns}}})"
    )


def _json_type(field: Field) -> str:
    if field["type"] == "RECORD":
        inner = ", ".join(f"{quote(sub['name'])} {_json_type(sub)}" for sub in field["fields"])
        base = f"STRUCT({inner})"
    else:
        base = "JSON" if field["type"] == "JSON" else "VARCHAR"
    return f"{base}[]" if field["mode"] == "REPEATED" else base


def _from_json(value: str, field: Field, depth: int = 0) -> str:
    if field["mode"] == "REPEATED":
        item = f"item_{depth}"
        element = _from_json(item, {**field, "mode": "NULLABLE"}, depth + 1)
        return f"list_transform({value}, lambda {item}: {element})"
    if field["type"] == "RECORD":
        members = [(quote(sub["name"]), sub) for sub in field["fields"]]
        inner = ", ".join(
            f"{name} := {_from_json(f'({value}).{name}', sub, depth)}" for name, sub in members
        )
        return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({inner}) END"
    if field["type"] == "JSON":
        # A text that holds JSON and JSON itself are both taken, as BigQuery does.
        parsed = f"CAST(json_extract_string({value}, '$') AS JSON)"
        return f"CASE WHEN json_type({value}) = 'VARCHAR' THEN {parsed} ELSE {value} END"
    return _from_text(value, field)


def _refuse_unknown_keys(cursor: DuckDBPyConnection, source: Source, fields: list[Field]) -> None:
    row = cursor.execute(
        f"SELECT json_group_structure(json) FROM read_ndjson_objects({source.files_sql},"
        f" compression='{source.compression}')"
    ).fetchone()
    structure = json.loads(row[0]) if row and row[0] else {}
    if isinstance(structure, dict):
        _compare_keys(structure, fields, "")


def _compare_keys(structure: Mapping[str, Any], fields: list[Field], where: str) -> None:
    known = {field["name"]: field for field in fields}
    for key, inner in structure.items():
        if key not in known:
            raise BigQueryError(
                "Error while reading data, error message: JSON table encountered too many errors, "
                f"giving up. JSON parsing error: No such field: {where}{key}."
            )
        nested = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(nested, dict) and known[key]["type"] == "RECORD":
            _compare_keys(nested, known[key]["fields"], f"{where}{key}.")
