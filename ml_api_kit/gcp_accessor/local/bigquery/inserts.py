"""`tabledata.insertAll`: rows from a request, with the errors of each row that does not fit."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from ml_api_kit.gcp_accessor.local.bigquery.encode import ISO
from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.ingestion import check_streamed, is_by_ingestion
from ml_api_kit.gcp_accessor.local.bigquery.load import check_file, insert_rows
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, table_from_json
from ml_api_kit.gcp_accessor.local.bigquery.partition_rows import Entry, partition_entry
from ml_api_kit.gcp_accessor.local.bigquery.partitions import split_name
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.table_options import STORAGE

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
    prepared, errors = _prepare(rows, fields, is_lenient)
    _fill_defaults(engine, name, fields, prepared.values())
    if not errors and _insert(engine, name, fields, prepared, entry):
        return []
    errors |= _value_errors(engine, fields, prepared)
    good = {position: record for position, record in prepared.items() if position not in errors}
    if body.get("skipInvalidRows"):
        if good and not _insert(engine, name, fields, good, entry):
            raise BigQueryError(f"The rows for {name} could not be inserted.")
    else:
        stopped = {"reason": "stopped", "location": "", "debugInfo": "", "message": ""}
        errors |= {position: [stopped] for position in good}
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


def _fill_defaults(
    engine: Engine, name: TableName, fields: list[Field], records: Iterable[dict[str, Any]]
) -> None:
    """Give the records the default values of the fields that they leave out."""
    for field in fields:
        text = field.get("defaultValueExpression")
        lacking = [one for one in records if text is not None and field["name"] not in one]
        if not lacking:
            continue
        if field["type"] == "RECORD" or field["mode"] == "REPEATED":
            raise unsupported(f"rows without {field['name']}, which has a nested default value")
        result = engine.run(QueryRequest(f"SELECT {text}", project=name.project))
        assert result.table_sql is not None
        [row] = engine.rows_json(result.table_sql, result.fields, start=0, count=1, form=ISO)
        engine.drop_result(result.table_sql)
        for record in lacking:
            record[field["name"]] = json.loads(row)["f"][0]["v"]


def _prepare(
    rows: dict[int, Any], fields: list[Field], is_lenient: bool
) -> tuple[dict[int, dict[str, Any]], dict[int, RowErrors]]:
    prepared: dict[int, dict[str, Any]] = {}
    errors: dict[int, RowErrors] = {}
    for position, row in rows.items():
        record = row.get("json") if isinstance(row, dict) else None
        try:
            prepared[position] = _conform(record, fields, "", is_lenient)
        except BigQueryError as error:
            errors[position] = [_row_error(error.message, error.location)]
    return prepared, errors


def _conform(record: Any, fields: list[Field], where: str, is_lenient: bool) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise BigQueryError(f"This field: {where or 'row'} is not a record.", location=where)
    known = {field["name"].lower(): field for field in fields}
    conformed: dict[str, Any] = {}
    for key, value in record.items():
        field = known.get(key.lower())
        if field is None and not is_lenient:
            location = f"{where}{key}"
            raise BigQueryError(f"no such field: {location}.", location=location)
        if field is not None:
            conformed[field["name"]] = _conform_value(value, field, where, is_lenient)
    for field in fields:
        if field["mode"] == "REQUIRED" and conformed.get(field["name"]) is None:
            location = f"{where}{field['name']}"
            raise BigQueryError(f"Missing required field: {location}.", location=location)
    return conformed


def _conform_value(value: Any, field: Field, where: str, is_lenient: bool) -> Any:
    location = f"{where}{field['name']}"
    if value is None:
        return None
    if field["mode"] == "REPEATED":
        if not isinstance(value, list):
            raise BigQueryError("Array specified for non-repeated field.", location=location)
        element = {**field, "mode": "NULLABLE"}
        if any(item is None for item in value):
            raise BigQueryError("Only optional fields can be set to NULL.", location=location)
        return [_conform_value(item, element, where, is_lenient) for item in value]
    if field["type"] == "RECORD":
        return _conform(value, field["fields"], f"{location}.", is_lenient)
    if field["type"] == "JSON":
        return value
    if isinstance(value, (list, dict)):
        raise BigQueryError(f"Array or record for the scalar field {location}.", location=location)
    return value


def _insert(
    engine: Engine,
    name: TableName,
    fields: list[Field],
    records: dict[int, dict[str, Any]],
    entry: Entry,
) -> bool:
    with tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder:
        file = _write(Path(folder), list(records.values()))
        try:
            insert_rows(engine, name, fields, file, entry)
        except BigQueryError:
            # Which row is at fault is found by reading them one by one.
            return False
    return True


def _value_errors(
    engine: Engine, fields: list[Field], records: dict[int, dict[str, Any]]
) -> dict[int, RowErrors]:
    errors: dict[int, RowErrors] = {}
    with (
        tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder,
        engine.reading() as cursor,
    ):
        for position, record in records.items():
            file = _write(Path(folder), [record])
            try:
                check_file(cursor, fields, file)
            except duckdb.Error as error:
                location = _location(cursor, fields, record, Path(folder))
                message = to_bigquery_error(error).message
                errors[position] = [_row_error(message, location)]
    return errors


def _location(
    cursor: duckdb.DuckDBPyConnection, fields: list[Field], record: dict[str, Any], folder: Path
) -> str:
    """The name of the first field whose value does not fit; nothing where it is not told."""
    for field in fields:
        file = _write(folder, [{field["name"]: record.get(field["name"])}])
        try:
            check_file(cursor, [field], file)
        except duckdb.Error:
            return str(field["name"])
    return ""


def _write(folder: Path, records: list[dict[str, Any]]) -> Path:
    file = folder / "rows.json"
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _row_error(message: str, location: str) -> dict[str, Any]:
    return {"reason": "invalid", "location": location, "debugInfo": "", "message": message}
