"""Files into tables: CSV, JSON lines (both plain or gzipped), Parquet and ORC.

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfigurationLoad
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    JobCancelledError,
    already_exists,
    not_found,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.files.bad_records import (
    GoodRecords,
    without_bad_records,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.json_source import json_select
from ml_api_kit.gcp_accessor.local.bigquery.files.load_faults import READING
from ml_api_kit.gcp_accessor.local.bigquery.files.load_sources import (
    given_columns,
    is_read_fault,
    leading_rows,
    load_fields,
    load_source,
    read_faults,
    select_sql,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.tables.default_values import (
    default_sql_of_rows,
    lacking_defaults,
    refuse_lines_without,
)
from ml_api_kit.gcp_accessor.local.bigquery.tables.fitting import (
    check_nested,
    check_top,
    fitted_sql,
)
from ml_api_kit.gcp_accessor.local.bigquery.tables.null_elements import (
    check_elements,
    check_required,
)
from ml_api_kit.gcp_accessor.local.bigquery.tables.partition_rows import Entry, enter_partition
from ml_api_kit.gcp_accessor.local.bigquery.tables.schema_changes import Allowed
from ml_api_kit.gcp_accessor.local.bigquery.tables.table_options import (
    kept_partitions,
    storage_options,
)

if TYPE_CHECKING:
    from ml_api_kit.gcp_accessor.local.bigquery.database import Database

_MODES = ("WRITE_APPEND", "WRITE_TRUNCATE", "WRITE_EMPTY", "WRITE_TRUNCATE_DATA")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The number of rows that a load put into a table, and the errors of those it left out."""

    row_count: int
    errors: tuple[BigQueryError, ...] = ()


def load_files(
    engine: Database,
    name: TableName,
    files: Mapping[Path, str],
    options: Mapping[str, Any],
    *,
    partition: str | None = None,
) -> Loaded:
    """What became of a load of the files: all that fits is in the table, or nothing is.

    With each file is the URI that it came from, or nothing.

    With a partition all rows must belong into it, and it alone is replaced where rows are.

    Raises BigQueryError: when the table may not be written, or a file does not fit its schema.
    """
    source = load_source(files, options)
    _check_keys(source)
    try:
        return Loaded(_load(engine, name, source, partition))
    except BigQueryError as error:
        if source.format == "PARQUET" or not is_read_fault(error):
            raise
        if source.path_columns and source.whole_number("maxBadRecords"):
            raise unsupported(
                "maxBadRecords beside columns from paths, with records that are bad"
            ) from error
        fault = error
    with tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder:
        good = _good_records(engine, name, source, Path(folder), partition)
        if good is None:
            raise fault
        return Loaded(_load(engine, name, good.source, partition), tuple(good.errors))


def _check_keys(source: Source) -> None:
    if object_member(source.options, "hivePartitioningOptions").get("requirePartitionFilter"):
        raise BigQueryError("requirePartitionFilter cannot be set for a load, which reads all rows")


def insert_rows(
    engine: Database,
    name: TableName,
    fields: list[Field],
    file: Path,
    entry: Entry,
    *,
    marks: Mapping[str, str] | None = None,
) -> None:
    """Put the rows of a file of JSON lines into the table: all of them, or none.

    The `entry` says which partition they go into. A row gets the default of a field of `marks`
    where the key named there is true.

    Raises BigQueryError: when a value does not fit.
    """
    marks = marks or {}
    columns = ", ".join(quote(field["name"]) for field in fields)
    values = ", ".join(_inserted_sql(engine, name.project, field, marks) for field in fields)
    flags: list[Field] = [
        {"name": mark, "type": "BOOLEAN", "mode": "NULLABLE"} for mark in marks.values()
    ]
    rows = json_select(Source((file,), "NEWLINE_DELIMITED_JSON", {}), [*fields, *flags])
    with engine.writing() as cursor:
        cursor.execute(
            f"INSERT INTO {name.to_sql()} ({columns}{entry.columns})"
            f" SELECT {values}{entry.values} FROM ({rows}) AS rows"
        )
        check_nested(cursor, name.to_sql(), fields)


def _inserted_sql(engine: Database, project: str, field: Field, marks: Mapping[str, str]) -> str:
    value = fitted_sql(quote(field["name"]), field)
    mark = marks.get(field["name"])
    if mark is None:
        return value
    default = default_sql_of_rows(engine, project, field)
    return f"CASE WHEN {quote(mark)} THEN {default} ELSE {value} END"


def check_file(cursor: DuckDBPyConnection, fields: list[Field], file: Path) -> None:
    """Nothing, when every value of a file of JSON lines fits.

    Raises duckdb.Error: when one does not.
    """
    source = Source((file,), "NEWLINE_DELIMITED_JSON", {})
    cursor.execute(json_select(source, fields)).fetchall()


def _load(engine: Database, name: TableName, source: Source, partition: str | None) -> int:
    options = source.options
    with engine.writing() as cursor:
        found = engine.catalog.find_table(cursor, name)
        mode = _check_mode(cursor, name, found, options, partition)
        fields, defaults = _fields_and_defaults(cursor, source, found, mode, partition)
        _stage(cursor, source, fields, leading_rows(cursor, source))
        entry = _make_ready(engine, cursor, name, found, fields, options, mode, partition)
        columns = ", ".join(quote(field["name"]) for field in [*fields, *defaults])
        values = [fitted_sql(quote(field["name"]), field) for field in fields]
        values += [default_sql_of_rows(engine, name.project, field) for field in defaults]
        with read_faults():
            row = cursor.execute(
                f"INSERT INTO {name.to_sql()} ({columns}{entry.columns})"
                f' SELECT {", ".join(values)}{entry.values} FROM "_loaded"'
            ).fetchone()
        cursor.execute('DROP TABLE "_loaded"')
        stored = engine.catalog.table(cursor, name)["schema"]["fields"]
        check_nested(cursor, name.to_sql(), stored)
    return int(row[0]) if row else 0


def _make_ready(
    engine: Database,
    cursor: DuckDBPyConnection,
    name: TableName,
    found: Mapping[str, Any] | None,
    fields: list[Field],
    options: Mapping[str, Any],
    mode: str,
    partition: str | None,
) -> Entry:
    """What the rows get that are to be loaded, once the table, or its partition, takes them.

    Raises BigQueryError: when the table cannot have them, or a row belongs into another partition.
    """
    storage = storage_options(options)
    if found is not None and mode == "WRITE_TRUNCATE" and partition is None:
        storage = kept_partitions(found, storage) | storage
        engine.catalog.drop_table(cursor, name)
        found = None
    if found is None and partition is not None and not kept_partitions(storage, {}):
        raise unsupported(f"a partition of a table that is not there: {name}${partition}")
    if found is None:
        engine.catalog.create_table(cursor, name, fields, storage)
    else:
        _fit_table(engine, cursor, name, fields, options)
    if partition is not None:
        resource = engine.catalog.table(cursor, name)
        return enter_partition(cursor, name, resource, partition, '"_loaded"', mode=mode)
    if mode == "WRITE_TRUNCATE_DATA":
        cursor.execute(f"DELETE FROM {name.to_sql()}")
    return Entry()


def _good_records(
    engine: Database, name: TableName, source: Source, folder: Path, partition: str | None
) -> GoodRecords | None:
    """The records that fit; each try has a cursor of its own, as a fault ends a transaction."""
    with engine.reading() as cursor:
        found = engine.catalog.find_table(cursor, name)
        mode = _check_mode(cursor, name, found, source.options, partition)
        fields, _ = _fields_and_defaults(cursor, source, found, mode, partition)
        skip = leading_rows(cursor, source)
    # What the paths say is the same for all records of a file, and no fault of one.
    fields, source = source.own_fields(fields), replace(source, path_columns=())

    def check(part: Source) -> None:
        with engine.reading() as cursor:
            _stage(cursor, part, fields, 0)

    known = {**source.options, "schema": {"fields": fields}, "autodetect": False}
    source = replace(source, options=known)
    return without_bad_records(source, fields, engine.reading, check, skip=skip, folder=folder)


def _check_mode(
    cursor: DuckDBPyConnection,
    name: TableName,
    found: Mapping[str, Any] | None,
    options: Mapping[str, Any],
    partition: str | None,
) -> str:
    mode = str(options.get("writeDisposition") or "WRITE_APPEND")
    if mode not in _MODES:
        raise BigQueryError(f"Invalid value for writeDisposition: {mode}")
    if found is None and options.get("createDisposition") == "CREATE_NEVER":
        raise not_found(f"Table {name}")
    if found is not None and found["type"] != "TABLE":
        raise BigQueryError(f"Cannot load into {name}, which has type {found['type']}")
    is_whole = partition is None
    if found is not None and mode == "WRITE_EMPTY" and is_whole and _has_rows(cursor, name):
        raise already_exists(f"Table {name}")
    return mode


def _fields_and_defaults(
    cursor: DuckDBPyConnection,
    source: Source,
    found: Mapping[str, Any] | None,
    mode: str,
    partition: str | None,
) -> tuple[list[Field], list[Field]]:
    """The fields of the rows, and those of the table that each row gets the default of."""
    fields = load_fields(cursor, source, found, mode)
    if found is None or (mode == "WRITE_TRUNCATE" and partition is None):
        return fields, []
    own = source.own_fields(fields)
    if source.format == "NEWLINE_DELIMITED_JSON":
        names = {field["name"].lower() for field in own}
        known = [field for field in found["schema"]["fields"] if field["name"].lower() in names]
        refuse_lines_without(cursor, source, known)
    with read_faults():
        given = given_columns(cursor, source, own)
    given += [column.field["name"] for column in source.path_columns]
    defaults = lacking_defaults(found["schema"]["fields"], given)
    lacking = {field["name"].lower() for field in defaults}
    return [field for field in fields if field["name"].lower() not in lacking], defaults


def _stage(cursor: DuckDBPyConnection, source: Source, fields: list[Field], skip: int) -> None:
    """Put the rows into a table of their own; what is required is checked there."""
    with read_faults():
        select = select_sql(cursor, source, fields, skip=skip)
        cursor.execute(f'CREATE OR REPLACE TEMP TABLE "_loaded" AS {select}')
        check_elements(cursor, '"_loaded"', fields)
        check_required(cursor, '"_loaded"', fields)
        _check_sizes(cursor, fields)


def _check_sizes(cursor: DuckDBPyConnection, fields: list[Field]) -> None:
    try:
        check_top(cursor, '"_loaded"', fields)
    except JobCancelledError:
        raise
    except BigQueryError as error:
        raise BigQueryError(f"{READING}{error.message}") from error


def _fit_table(
    engine: Database,
    cursor: DuckDBPyConnection,
    name: TableName,
    fields: list[Field],
    options: Mapping[str, Any],
) -> None:
    """Let the table have the fields of the load, as far as the options allow."""
    updates = options.get("schemaUpdateOptions") or []
    allowed = Allowed(
        is_addition="ALLOW_FIELD_ADDITION" in updates,
        is_relaxation="ALLOW_FIELD_RELAXATION" in updates,
        is_complete=False,
    )
    engine.catalog.change_fields(cursor, name, fields, allowed)


def _has_rows(cursor: DuckDBPyConnection, name: TableName) -> bool:
    return cursor.execute(f"SELECT 1 FROM {name.to_sql()} LIMIT 1").fetchone() is not None
