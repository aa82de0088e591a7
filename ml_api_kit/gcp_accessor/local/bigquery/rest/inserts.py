"""`tabledata.insertAll`: rows from a request, with the errors of each row that does not fit."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.files.load import check_file, insert_rows
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, table_from_json
from ml_api_kit.gcp_accessor.local.bigquery.rest.insert_faults import error_entry, row_error
from ml_api_kit.gcp_accessor.local.bigquery.tables.default_values import lacking_defaults
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import check_streamed, is_by_ingestion
from ml_api_kit.gcp_accessor.local.bigquery.tables.partition_rows import Entry, partition_entry
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import split_name
from ml_api_kit.gcp_accessor.local.bigquery.tables.table_options import STORAGE

_REMEMBERED_S = 60.0
_REMEMBERED_ROWS = 100_000

RowErrors = list[dict[str, Any]]


class Inserts:
    """Inserts rows, each of those with an `insertId` once.

    A client that saw no answer sends the same rows again; BigQuery knows them by that for a minute.

    Source: https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery#dataconsistency
    """

    def __init__(self, engine: Engine) -> None:
        """Start without having seen rows."""
        self._engine = engine
        self._seen_s: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def insert_all(self, name: TableName, body: dict[str, Any]) -> RowErrors:
        """The `insertErrors` of the request; empty when every row is in the table.

        With one bad row none is inserted, and the good ones are listed as stopped, unless the
        request says `skipInvalidRows`.

        Raises BigQueryError: when the request holds no rows, or there is no such table.
        """
        rows = body.get("rows")
        if not isinstance(rows, list) or not rows:
            raise BigQueryError("No rows present in the request.")
        name, partition = split_name(name)
        if suffix := str(body.get("templateSuffix") or ""):
            name = _instance(self._engine, name, suffix)
        with self._lock:
            fresh = self._fresh(name, rows)
            errors = _insert_fresh(self._engine, name, body, fresh, partition)
            if not errors:
                self._remember(name, fresh.values())
        return errors

    def _fresh(self, name: TableName, rows: list[Any]) -> dict[int, Any]:
        """The rows by position, without those that were inserted already."""
        oldest_s = time.monotonic() - _REMEMBERED_S
        while self._seen_s and next(iter(self._seen_s.values())) < oldest_s:
            self._seen_s.popitem(last=False)
        return {
            position: row
            for position, row in enumerate(rows)
            if _key(name, row) is None or _key(name, row) not in self._seen_s
        }

    def _remember(self, name: TableName, rows: Iterable[Any]) -> None:
        now_s = time.monotonic()
        for row in rows:
            if (key := _key(name, row)) is not None:
                self._seen_s[key] = now_s
        while len(self._seen_s) > _REMEMBERED_ROWS:
            self._seen_s.popitem(last=False)


def _instance(engine: Engine, template: TableName, suffix: str) -> TableName:
    """The table of the template's name and the suffix; it is made where there is none."""
    reference = {**template.to_json(), "tableId": f"{template.table}{suffix}"}
    name = table_from_json(reference, project=template.project)
    with engine.writing() as cursor:
        resource = engine.catalog.table(cursor, template)
        if engine.catalog.find_table(cursor, name) is None:
            kept = {key: resource[key] for key in STORAGE if key in resource}
            engine.catalog.create_table(cursor, name, resource["schema"]["fields"], kept)
    return name


def _key(name: TableName, row: Any) -> tuple[str, str] | None:
    insert_id = row.get("insertId") if isinstance(row, dict) else None
    return (str(name), str(insert_id)) if insert_id else None


def _insert_fresh(
    engine: Engine,
    name: TableName,
    body: dict[str, Any],
    rows: dict[int, Any],
    partition: str | None,
) -> RowErrors:
    with engine.reading() as cursor:
        resource = engine.catalog.table(cursor, name)
    if resource["type"] != "TABLE":
        raise BigQueryError(f"Cannot add rows to a table of type {resource['type']}: {name}")
    entry = _entry(name, resource, partition)
    if not rows:
        return []
    fields: list[Field] = resource["schema"]["fields"]
    is_lenient = bool(body.get("ignoreUnknownValues"))
    records = {position: _given(row) for position, row in rows.items()}
    prepared = _prepared(records, fields, is_lenient=is_lenient)
    marks = _mark_defaults(fields, prepared.values())
    if len(prepared) == len(rows) and _insert(engine, name, fields, prepared, entry, marks):
        return []
    errors = _errors(engine, fields, records, is_lenient=is_lenient)
    good = {position: record for position, record in prepared.items() if position not in errors}
    if len(good) == len(rows):
        raise unsupported(f"these rows for {name}, of which none is at fault by itself")
    if body.get("skipInvalidRows"):
        if good and not _insert(engine, name, fields, good, entry, marks):
            raise BigQueryError(f"The rows for {name} could not be inserted.")
    else:
        errors |= {position: [error_entry("", "", "stopped")] for position in good}
    return [{"index": position, "errors": errors[position]} for position in sorted(errors)]


def _entry(name: TableName, resource: dict[str, Any], partition: str | None) -> Entry:
    """What the rows get that go into a partition that the name of the table says.

    Raises BigQueryError: when it is too far away, or the table's own column says the partition.
    """
    if partition is None:
        return Entry()
    if not is_by_ingestion(resource):
        raise unsupported(f"rows inserted into one partition of a column: {name}${partition}")
    check_streamed(resource, partition)
    return partition_entry(resource, partition)


def _given(row: Any) -> Any:
    return row.get("json") if isinstance(row, dict) else None


def _mark_defaults(fields: list[Field], records: Collection[dict[str, Any]]) -> dict[str, str]:
    """The keys, by field, that mark in the records which of them leave the field out."""
    marks: dict[str, str] = {}
    for field in lacking_defaults(fields, ()):
        lacking = [record for record in records if field["name"] not in record]
        if lacking:
            # No field has such a name.
            marks[field["name"]] = f"default of {field['name']}"
        for record in lacking:
            record[marks[field["name"]]] = True
    return marks


def _prepared(
    records: dict[int, Any], fields: list[Field], *, is_lenient: bool
) -> dict[int, dict[str, Any]]:
    """The records with the names of the fields, as far as their shape fits."""
    found: dict[int, dict[str, Any]] = {}
    for position, record in records.items():
        with suppress(_WrongShape):
            found[position] = _conform(record, fields, is_lenient)
    return found


class _WrongShape(Exception):
    """A value has another shape than its field; what it is is found out later."""


def _conform(record: Any, fields: list[Field], is_lenient: bool) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise _WrongShape
    known = {field["name"].lower(): field for field in fields}
    conformed: dict[str, Any] = {}
    for key, value in record.items():
        field = known.get(key.lower())
        if field is not None:
            conformed[field["name"]] = _conform_value(value, field, is_lenient)
        elif not is_lenient:
            raise _WrongShape
    for field in fields:
        is_given = field["name"] in conformed
        has_default = field.get("defaultValueExpression") is not None and not is_given
        is_null = conformed.get(field["name"]) is None
        if field["mode"] == "REQUIRED" and is_null and not has_default:
            raise _WrongShape
    return conformed


def _conform_value(value: Any, field: Field, is_lenient: bool) -> Any:
    if value is None or (field["type"] == "JSON" and field["mode"] != "REPEATED"):
        return value
    if field["mode"] == "REPEATED":
        if not isinstance(value, list) or any(item is None for item in value):
            raise _WrongShape
        element = {**field, "mode": "NULLABLE"}
        return [_conform_value(item, element, is_lenient) for item in value]
    if field["type"] == "RECORD":
        return _conform(value, field["fields"], is_lenient)
    is_nested = isinstance(value, list) or (isinstance(value, dict) and field["type"] != "RANGE")
    if is_nested:
        raise _WrongShape
    return value


def _insert(
    engine: Engine,
    name: TableName,
    fields: list[Field],
    records: dict[int, dict[str, Any]],
    entry: Entry,
    marks: dict[str, str],
) -> bool:
    with tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder:
        file = _write(Path(folder), list(records.values()))
        try:
            insert_rows(engine, name, fields, file, entry, marks=marks)
        except BigQueryError:
            # Which row is at fault is found by reading them one by one.
            return False
    return True


def _errors(
    engine: Engine, fields: list[Field], records: dict[int, Any], *, is_lenient: bool
) -> dict[int, RowErrors]:
    errors: dict[int, RowErrors] = {}
    with (
        tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder,
        engine.reading() as cursor,
    ):
        for position, record in records.items():
            error = row_error(cursor, record, fields, is_lenient=is_lenient)
            if error is None:
                error = _error_of_reading(cursor, fields, record, Path(folder), is_lenient)
            if error is not None:
                errors[position] = [error]
    return errors


def _error_of_reading(
    cursor: duckdb.DuckDBPyConnection,
    fields: list[Field],
    record: dict[str, Any],
    folder: Path,
    is_lenient: bool,
) -> dict[str, Any] | None:
    """What DuckDB says of a row whose values are right one by one, such as the ends of a range."""
    file = _write(folder, [_conform(record, fields, is_lenient)])
    try:
        check_file(cursor, fields, file)
    except duckdb.Error as error:
        return error_entry(to_bigquery_error(error).message, "")
    return None


def _write(folder: Path, records: list[dict[str, Any]]) -> Path:
    file = folder / "rows.json"
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
