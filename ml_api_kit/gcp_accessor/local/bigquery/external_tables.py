"""External tables: files of Cloud Storage under the name of a table, read anew for each query.

Source: https://cloud.google.com/bigquery/docs/external-data-cloud-storage
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.load_sources import (
    leading_rows,
    load_fields,
    load_source,
    read_faults,
    select_sql,
)
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects, fetch_all
from ml_api_kit.gcp_accessor.local.bigquery.sources import Source

_FORMATS = ("CSV", "NEWLINE_DELIMITED_JSON", "PARQUET", "ORC")
_KNOWN = frozenset(
    {
        "sourceUris", "sourceFormat", "schema", "autodetect", "ignoreUnknownValues",
        "csvOptions", "parquetOptions", "decimalTargetTypes", "dateFormat", "datetimeFormat",
        "timeFormat", "timestampFormat", "timeZone",
    }
)  # fmt: skip


def create_external_table(
    engine: Engine, objects: Objects | None, name: TableName, resource: Mapping[str, Any]
) -> None:
    """Make the table whose rows are those of the files that its configuration names.

    Raises BigQueryError: when a file is not there or does not fit, or an option is not supported.
    """
    schema = resource.get("schema") or resource["externalDataConfiguration"].get("schema")
    configuration = {**resource["externalDataConfiguration"], "schema": schema}
    with tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder:
        source = _source(objects, configuration, Path(folder))
        with engine.writing() as cursor:
            fields = load_fields(cursor, source, None, "WRITE_TRUNCATE")
            engine.catalog.create_table(cursor, name, fields, dict(resource))
            made = engine.catalog.table(cursor, name)
            engine.catalog.put_table(cursor, name, {**made, "type": "EXTERNAL"})
            _fill(cursor, name, source, fields)


def refresh_external_tables(engine: Engine, objects: Objects | None, project: str) -> None:
    """Read the files of all external tables of a project anew, as a query may read any of them.

    Raises BigQueryError: when a file is not there any more, or does not fit.
    """
    with engine.reading() as cursor:
        found = engine.catalog.tables_of_type(cursor, project, "EXTERNAL")
    for resource in found:
        reference = resource["tableReference"]
        parent = DatasetName(reference["projectId"], reference["datasetId"])
        name = TableName(parent.project, parent.dataset, reference["tableId"])
        configuration = {**resource["externalDataConfiguration"], "schema": resource["schema"]}
        with tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder:
            source = _source(objects, configuration, Path(folder))
            with engine.writing() as cursor:
                cursor.execute(f"DELETE FROM {name.to_sql()}")
                _fill(cursor, name, source, resource["schema"]["fields"])


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
    return load_source(list(files), options)


def _fill(cursor: DuckDBPyConnection, name: TableName, source: Source, fields: list[Field]) -> None:
    columns = ", ".join(quote(field["name"]) for field in fields)
    with read_faults():
        select = select_sql(cursor, source, fields, skip=leading_rows(cursor, source))
        cursor.execute(f"INSERT INTO {name.to_sql()} ({columns}) {select}")
