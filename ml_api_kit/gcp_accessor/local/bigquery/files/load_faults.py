"""What is wrong with a record of a file that is loaded, in BigQuery's words.

The sentence names the value, the column and the place, and ends as BigQuery's newer ones do:
`; line_number: 2 byte_offset_to_start_of_line: 12 column_index: 1 column_name: "age" …`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, standard_type
from ml_api_kit.gcp_accessor.local.bigquery.files.csv_source import (
    csv_columns,
    delimiter,
    null_marks,
    quote_mark,
    value_sql,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.json_faults import (
    JsonFault,
    converted_words,
    first_fault,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.records import Record
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source
from ml_api_kit.gcp_accessor.local.bigquery.names import text_literal

READING = "Error while reading data, error message: "
_NAMES = {"FLOAT64": "DOUBLE"}
_SHOWN_LETTERS = 200
_JSON_PLACE = re.compile(r"^JSON parsing error in record \d+: ")


def record_error(
    cursor: DuckDBPyConnection,
    source: Source,
    fields: list[Field],
    record: Record,
    fault: BigQueryError,
) -> BigQueryError:
    """The error for a record that does not fit; `fault` is what was said of it alone."""
    words = (
        _csv_words(cursor, source, fields, record)
        if source.format == "CSV"
        else _json_words(cursor, source, fields, record)
    )
    if words is None:
        words = _words_alone(fault, record)
    where = f" File: {record.uri}" if record.uri else ""
    return BigQueryError(f"{READING}{words}{where}", location=record.uri)


def _words_alone(fault: BigQueryError, record: Record) -> str:
    """The words about the record in a file of its own, with its true place."""
    words = fault.message.removeprefix(READING).replace("CSV line 1 ", f"CSV line {record.line} ")
    if _JSON_PLACE.match(words):
        place = f"JSON parsing error in row starting at position {record.start}: "
        words = _JSON_PLACE.sub(place, words)
    return words + _place(record)


def _place(record: Record) -> str:
    return f"; line_number: {record.line} byte_offset_to_start_of_line: {record.start}"


def _csv_words(
    cursor: DuckDBPyConnection, source: Source, fields: list[Field], record: Record
) -> str | None:
    try:
        values = _csv_values(source, record)
    except csv.Error:
        return _quote_words(source, record)
    if values is None:
        return None
    by_name = {field["name"].lower(): field for field in fields}
    columns = [(name, by_name.get(name.lower())) for name in csv_columns(source, fields)]
    return _count_words(source, len(columns), len(values), record) or _value_words(
        cursor, source, columns, values, record
    )


def _count_words(source: Source, wanted: int, found: int, record: Record) -> str | None:
    if found > wanted and not source.ignores_unknown_values:
        return (
            f"Too many values in row starting at position: {record.start}. Found {found} "
            f"column(s) while expected {wanted}.{_place(record)}"
        )
    if found < wanted and not source.options.get("allowJaggedRows"):
        return (
            f"CSV table references column position {wanted - 1}, but line starting at "
            f"position:{record.start} contains only {found} columns.{_place(record)}"
        )
    return None


def _value_words(
    cursor: DuckDBPyConnection,
    source: Source,
    columns: list[tuple[str, Field | None]],
    values: list[str],
    record: Record,
) -> str | None:
    marks = null_marks(source)
    missing = None
    for position, ((_, field), value) in enumerate(zip(columns, values, strict=False)):
        if field is None:
            continue
        if value in marks:
            missing = position if missing is None and field["mode"] == "REQUIRED" else missing
        elif not _is_read(cursor, value_sql(text_literal(value), field, source)):
            return _unparsed(field, position, value, record)
    if missing is None:
        return None
    return (
        f"Required column value for column index: {missing} is missing in row starting at "
        f'position: {record.start}{_place(record)} column_name: "{columns[missing][0]}"'
    )


def _csv_values(source: Source, record: Record) -> list[str] | None:
    """The values of a record; None where they cannot be told.

    Raises csv.Error: when its quotes do not fit.
    """
    mark, between = quote_mark(source), delimiter(source)
    try:
        text = record.data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None
    if len(between) != 1:
        return None
    quoting = {"quotechar": mark} if mark else {"quoting": csv.QUOTE_NONE}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True, **quoting)
    rows = list(reader)
    return rows[0] if len(rows) == 1 else None


def _quote_words(source: Source, record: Record) -> str:
    mark = quote_mark(source)
    is_open = bool(mark) and record.data.decode().count(mark) % 2 == 1
    reason = (
        f"Missing close quote character ({mark})."
        if is_open
        else f"Data between close quote character ({mark}) and field separator."
    )
    return (
        f"Error detected while parsing row starting at position: {record.start}. "
        f"Error: {reason}{_place(record)}"
    )


def _unparsed(field: Field, position: int, value: str, record: Record) -> str:
    kind = standard_type(field)
    shown = value[:_SHOWN_LETTERS]
    reason = "Unable to parse"
    if kind == "DATETIME":
        reason = f'Invalid datetime string "{shown}"'
    return (
        f"Could not parse '{shown}' as {_NAMES.get(kind, kind)} for field {field['name']} "
        f"(position {position}) starting at location {record.start} with message '{reason}'"
        f'{_place(record)} column_index: {position} column_name: "{field["name"]}" '
        f'column_type: {kind} value: "{shown}"'
    )


def _is_read(cursor: DuckDBPyConnection, sql: str) -> bool:
    try:
        cursor.execute(f"SELECT {sql}").fetchall()
    except duckdb.Error:
        return False
    return True


def _json_words(
    cursor: DuckDBPyConnection, source: Source, fields: list[Field], record: Record
) -> str | None:
    head = f"JSON parsing error in row starting at position {record.start}: "
    try:
        value: Any = json.loads(record.data)
    except json.JSONDecodeError as error:
        is_cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
        words = "Parser terminated before end of string" if is_cut else error.msg
        return f"{head}{words}{_place(record)}"
    except (UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(value, dict):
        kind = "array" if isinstance(value, list) else "value"
        return f"{head}Start of {kind} encountered without start of object.{_place(record)}"
    fault = first_fault(
        cursor, value, fields, source.options, is_lenient=source.ignores_unknown_values
    )
    return None if fault is None else f"{head}{_words_of(fault)}{_place(record)}"


def _words_of(fault: JsonFault) -> str:
    path = fault.path
    return {
        "size": f"Field {path}: {fault.value}",
        "shape": f"Field {path}: {fault.value}",
        "surrogate": f"Field {path} holds half of a character, a surrogate without the other one.",
        "unknown": f"No such field: {path}.",
        "missing": f"Missing required field: {path}.",
        "null": f"Only optional fields can be set to NULL. Field: {path}; Value: NULL",
        "null element": f"Only optional fields can be set to NULL. Field: {path}; Value: NULL",
        "scalar for array": f"Repeated field must be imported as a JSON array. Field: {path}.",
        "array": f"Array specified for non-repeated field: {path}.",
        "scalar for record": f"Record field must be imported as a JSON object. Field: {path}.",
        "record": f"JSON object specified for non-record field: {path}",
    }.get(fault.kind) or converted_words(fault)
