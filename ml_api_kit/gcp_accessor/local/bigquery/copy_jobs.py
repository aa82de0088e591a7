"""Copy jobs: the rows of one or more tables into another."""

from __future__ import annotations

from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    already_exists,
    not_found,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type
from ml_api_kit.gcp_accessor.local.bigquery.fitting import check_nested
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote, table_from_json
from ml_api_kit.gcp_accessor.local.bigquery.stored_tables import store_table
from ml_api_kit.gcp_accessor.local.bigquery.table_origin import origin_members

_OPERATIONS = ("COPY", "CLONE", "SNAPSHOT", "RESTORE")
_KEPT = (
    "description",
    "friendlyName",
    "labels",
    "timePartitioning",
    "rangePartitioning",
    "clustering",
)


def run_copy(
    engine: Engine, project: str, resource: dict[str, Any], options: dict[str, Any]
) -> None:
    """Copy all rows, or none; the statistics are put into the resource.

    Raises BigQueryError: when a table is missing, may not be written, or has other fields.
    """
    operation = options.get("operationType") or "COPY"
    if operation not in _OPERATIONS:
        raise unsupported(f"copy jobs of the type {operation}")
    target = table_from_json(options.get("destinationTable"), project=project)
    sources = _sources(project, options)
    mode = str(options.get("writeDisposition") or "WRITE_EMPTY")
    with engine.writing() as cursor:
        resources = [engine.catalog.table(cursor, name) for name in sources]
        fields = _common_fields(sources, resources)
        select = " UNION ALL ".join(f"SELECT * FROM {name.to_sql()}" for name in sources)
        found = engine.catalog.find_table(cursor, target)
        if found is None and options.get("createDisposition") == "CREATE_NEVER":
            raise not_found(f"Table {target}")
        if found is not None and mode == "WRITE_EMPTY" and _has_rows(cursor, target):
            raise already_exists(f"Table {target}")
        if found is not None and found["type"] != "TABLE":
            raise BigQueryError(f"Cannot copy into {target}, which has type {found['type']}")
        if found is not None and mode == "WRITE_APPEND":
            _check_same(target, found["schema"]["fields"], fields)
            names = ", ".join(quote(field["name"]) for field in fields)
            cursor.execute(f"INSERT INTO {target.to_sql()} ({names}) {select}")
            check_nested(cursor, target.to_sql(), found["schema"]["fields"])
        else:
            store_table(engine, target, fields, select, is_replacing=True, cursor=cursor)
            kept = {key: resources[0][key] for key in _KEPT if key in resources[0]}
            made = engine.catalog.table(cursor, target)
            kept |= origin_members(operation, sources[0])
            engine.catalog.put_table(cursor, target, {**made, **kept})
    resource["statistics"]["copy"] = {"copiedRows": str(engine.row_count(target.to_sql()))}


def _sources(project: str, options: dict[str, Any]) -> list[TableName]:
    given = options.get("sourceTables") or [options.get("sourceTable")]
    if not isinstance(given, list):
        raise BigQueryError("Required parameter is missing: sourceTables")
    return [table_from_json(reference, project=project) for reference in given]


def _common_fields(sources: list[TableName], resources: list[dict[str, Any]]) -> list[Field]:
    for name, resource in zip(sources, resources, strict=True):
        if resource["type"] not in ("TABLE", "SNAPSHOT"):
            raise BigQueryError(f"Cannot copy {name}, which has type {resource['type']}")
    fields: list[Field] = resources[0]["schema"]["fields"]
    for name, resource in zip(sources, resources, strict=True):
        _check_same(name, resource["schema"]["fields"], fields)
    return fields


def _check_same(name: TableName, present: list[Field], wanted: list[Field]) -> None:
    shapes = [[(field["name"], duckdb_type(field)) for field in one] for one in (present, wanted)]
    if shapes[0] != shapes[1]:
        raise BigQueryError(f"Provided Schema does not match Table {name}.")


def _has_rows(cursor: DuckDBPyConnection, name: TableName) -> bool:
    return bool(cursor.execute(f"SELECT 1 FROM {name.to_sql()} LIMIT 1").fetchall())
