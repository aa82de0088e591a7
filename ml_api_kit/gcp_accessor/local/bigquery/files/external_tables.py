"""External tables: files of Cloud Storage under the name of a table, read anew for each query.

Source: https://cloud.google.com/bigquery/docs/external-data-cloud-storage
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.files.hive_partitions import MEMBER
from ml_api_kit.gcp_accessor.local.bigquery.files.load_sources import (
    leading_rows,
    load_fields,
    load_source,
    read_faults,
    select_sql,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import PathColumn, Source
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    DatasetName,
    TableName,
    quote,
    text_literal,
)
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects, fetch_all
from ml_api_kit.gcp_accessor.local.bigquery.tables.hidden_columns import FILE_NAME

_FORMATS = ("CSV", "NEWLINE_DELIMITED_JSON", "PARQUET", "ORC", "AVRO")
_KNOWN = frozenset(
    {
        "sourceUris", "sourceFormat", "schema", "autodetect", "ignoreUnknownValues",
        "csvOptions", "parquetOptions", "decimalTargetTypes", "dateFormat", "datetimeFormat",
        "timeFormat", "timestampFormat", "timeZone", "hivePartitioningOptions",
        "avroOptions",
    }
)  # fmt: skip


def create_external_table(
    engine: Database, cursor: DuckDBPyConnection, name: TableName, resource: Mapping[str, Any]
) -> None:
    """Make the table whose rows are those of the files that its configuration names.

    Raises BigQueryError: when a file is not there or does not fit, or an option is not supported.
    """
    schema = resource.get("schema") or resource["externalDataConfiguration"].get("schema")
    configuration = {**resource["externalDataConfiguration"], "schema": schema}
    with tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder:
        source = _source(engine.objects, configuration, Path(folder))
        fields = load_fields(cursor, source, None, "WRITE_TRUNCATE")[:-1]
        told = _with_keys(resource["externalDataConfiguration"], source)
        kept = {**resource, "externalDataConfiguration": told}
        engine.catalog.create_table(cursor, name, fields, kept)
        made = engine.catalog.table(cursor, name)
        engine.catalog.put_table(cursor, name, {**made, "type": "EXTERNAL"})
        _fill(cursor, name, source, fields)


def refresh_external_tables(
    engine: Database, project: str, sql: str, *, is_in_transaction: bool
) -> None:
    """Read the files of the external tables of a project anew that a statement may read.

    Raises BigQueryError: when a file is not there any more, or does not fit, or in a transaction
        that was begun before, which would not see them.
    """
    with engine.reading() as cursor:
        found = engine.catalog.rows.tables_of_type(cursor, project, "EXTERNAL")
        text = _with_definitions(engine, cursor, project, sql) if found else ""
    for resource in found:
        name_is_made = "EXECUTE" in text.upper()
        if not name_is_made and resource["tableReference"]["tableId"] not in text:
            continue
        reference = resource["tableReference"]
        if is_in_transaction and (name_is_made or _is_named(reference["tableId"], text)):
            raise unsupported("external tables within an open transaction of a session")
        parent = DatasetName(reference["projectId"], reference["datasetId"])
        name = TableName(parent.project, parent.dataset, reference["tableId"])
        configuration = {**resource["externalDataConfiguration"], "schema": resource["schema"]}
        with tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder:
            source = _source(engine.objects, configuration, Path(folder))
            with engine.writing() as cursor:
                cursor.execute(f"DELETE FROM {name.to_sql()}")
                _fill(cursor, name, source, resource["schema"]["fields"])


def _is_named(table_id: str, text: str) -> bool:
    """Whether the text has the name of a table by itself, and not within another."""
    return re.search(rf"(?<![\w-]){re.escape(table_id)}(?![\w-])", text) is not None


def _with_definitions(engine: Database, cursor: DuckDBPyConnection, project: str, sql: str) -> str:
    """The statement, with all views and routines that it may lead to."""
    views = [
        *engine.catalog.rows.tables_of_type(cursor, project, "VIEW"),
        *engine.catalog.rows.tables_of_type(cursor, project, "MATERIALIZED_VIEW"),
    ]
    datasets = engine.catalog.rows.datasets(cursor, project)
    routines = [
        routine
        for dataset in datasets
        for routine in engine.catalog.routines.of_dataset(
            cursor, DatasetName(project, dataset["datasetReference"]["datasetId"])
        )
    ]
    return "\n".join([sql, *map(str, views), *map(str, routines)])


def _source(objects: Objects | None, configuration: Mapping[str, Any], folder: Path) -> Source:
    unknown = [key for key, value in configuration.items() if key not in _KNOWN and value]
    if unknown:
        raise unsupported(f"the option {unknown[0]} of external tables")
    # A load job has what concerns CSV among its other options.
    options = {key: value for key, value in configuration.items() if key != "csvOptions"}
    options |= object_member(configuration, "csvOptions")
    if configuration.get("sourceFormat") not in _FORMATS:
        raise unsupported(f"external tables of the format {configuration.get('sourceFormat')}")
    files = fetch_all(objects, configuration.get("sourceUris"), folder)
    source = load_source(files, options)
    named: Field = {"name": FILE_NAME, "type": "STRING", "mode": "NULLABLE"}
    column = PathColumn(named, tuple(map(text_literal, files.values())))
    return replace(source, path_columns=(*source.path_columns, column))


def _with_keys(configuration: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """The configuration, with the keys of the paths where there are any."""
    keys = [column.field["name"] for column in source.path_columns[:-1]]
    if not keys:
        return dict(configuration)
    return {**configuration, MEMBER: {**configuration[MEMBER], "fields": keys}}


def _fill(cursor: DuckDBPyConnection, name: TableName, source: Source, fields: list[Field]) -> None:
    columns = ", ".join(quote(name) for name in [*(field["name"] for field in fields), FILE_NAME])
    with read_faults():
        select = select_sql(cursor, source, fields, skip=leading_rows(cursor, source))
        cursor.execute(f"INSERT INTO {name.to_sql()} ({columns}) SELECT {columns} FROM ({select})")
