"""Copy jobs: the rows of one or more tables into another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.tables.copied_rows import copied_columns, copied_sql
from ml_api_kit.gcp_accessor.local.bigquery.tables.fitting import check_nested
from ml_api_kit.gcp_accessor.local.bigquery.tables.partition_rows import enter_partition
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import target_from_json
from ml_api_kit.gcp_accessor.local.bigquery.tables.stored_tables import store_table
from ml_api_kit.gcp_accessor.local.bigquery.tables.table_options import ENCRYPTION
from ml_api_kit.gcp_accessor.local.bigquery.tables.table_origin import origin_members

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
    target, partition = target_from_json(options.get("destinationTable"), project=project)
    with engine.writing() as cursor:
        sources = _sources(engine, cursor, project, options)
        found = engine.catalog.find_table(cursor, target)
        mode = _check_target(cursor, target, found, options, partition)
        counted = f"SELECT count(*) FROM ({sources.select_sql(())})"
        [(row_count,)] = cursor.execute(counted).fetchall()
        if partition is not None:
            _into_partition(engine, cursor, sources, target, partition, mode)
        elif found is not None and mode == "WRITE_APPEND":
            _append(cursor, sources, target, found)
        else:
            _replace(engine, cursor, sources, target, operation)
            _keep_key(engine, cursor, target, options)
    resource["statistics"]["copy"] = {"copiedRows": str(row_count)}


def _keep_key(
    engine: Engine, cursor: DuckDBPyConnection, target: TableName, options: dict[str, Any]
) -> None:
    """Let the new table tell the key that the job names, which has no effect here."""
    if key := object_member(options, ENCRYPTION):
        made = engine.catalog.table(cursor, target)
        engine.catalog.put_table(cursor, target, {**made, "encryptionConfiguration": key})


def _check_target(
    cursor: DuckDBPyConnection,
    target: TableName,
    found: Mapping[str, Any] | None,
    options: Mapping[str, Any],
    partition: str | None,
) -> str:
    mode = str(options.get("writeDisposition") or "WRITE_EMPTY")
    if found is None:
        if options.get("createDisposition") == "CREATE_NEVER":
            raise not_found(f"Table {target}")
        return mode
    if mode == "WRITE_EMPTY" and partition is None and _has_rows(cursor, target):
        raise already_exists(f"Table {target}")
    if found["type"] != "TABLE":
        raise BigQueryError(f"Cannot copy into {target}, which has type {found['type']}")
    return mode


@dataclass(frozen=True, slots=True)
class _Sources:
    """The tables that are copied, each with its partition or None, and the fields of them all."""

    names: list[tuple[TableName, str | None]]
    resources: list[dict[str, Any]]
    fields: list[Field]

    def select_sql(self, hidden: Sequence[str]) -> str:
        """The DuckDB query of all their rows."""
        return " UNION ALL ".join(
            copied_sql(name, resource, self.fields, partition=partition, hidden=hidden)
            for (name, partition), resource in zip(self.names, self.resources, strict=True)
        )


def _sources(
    engine: Engine, cursor: DuckDBPyConnection, project: str, options: dict[str, Any]
) -> _Sources:
    given = options.get("sourceTables") or [options.get("sourceTable")]
    if not isinstance(given, list):
        raise BigQueryError("Required parameter is missing: sourceTables")
    names = [target_from_json(reference, project=project) for reference in given]
    resources = [engine.catalog.table(cursor, name) for name, _ in names]
    return _Sources(names, resources, _common_fields([name for name, _ in names], resources))


def _append(
    cursor: DuckDBPyConnection, sources: _Sources, target: TableName, found: Mapping[str, Any]
) -> None:
    _check_same(target, found["schema"]["fields"], sources.fields)
    hidden = copied_columns(sources.resources, found)
    columns = ", ".join(quote(name) for name in [*(f["name"] for f in sources.fields), *hidden])
    cursor.execute(f"INSERT INTO {target.to_sql()} ({columns}) {sources.select_sql(hidden)}")
    check_nested(cursor, target.to_sql(), found["schema"]["fields"])


def _replace(
    engine: Engine,
    cursor: DuckDBPyConnection,
    sources: _Sources,
    target: TableName,
    operation: str,
) -> None:
    first = sources.resources[0]
    kept = {key: first[key] for key in _KEPT if key in first}
    hidden = copied_columns(sources.resources, kept)
    store_table(
        engine, target, sources.fields, sources.select_sql(hidden),
        is_replacing=True, cursor=cursor, resource=kept, hidden=hidden,
    )  # fmt: skip
    if origin := origin_members(operation, sources.names[0][0]):
        made = engine.catalog.table(cursor, target)
        engine.catalog.put_table(cursor, target, {**made, **origin})


def _into_partition(
    engine: Engine,
    cursor: DuckDBPyConnection,
    sources: _Sources,
    target: TableName,
    partition: str,
    mode: str,
) -> None:
    """Copy into one partition of a table, which is made like the first source where it is not."""
    found = engine.catalog.find_table(cursor, target)
    if found is None:
        first = sources.resources[0]
        kept = {key: first[key] for key in _KEPT if key in first}
        engine.catalog.create_table(cursor, target, sources.fields, kept)
        found = engine.catalog.table(cursor, target)
    _check_same(target, found["schema"]["fields"], sources.fields)
    cursor.execute(f'CREATE OR REPLACE TEMP TABLE "_copied" AS {sources.select_sql(())}')
    entry = enter_partition(cursor, target, found, partition, '"_copied"', mode=mode)
    columns = ", ".join(quote(field["name"]) for field in sources.fields)
    cursor.execute(
        f"INSERT INTO {target.to_sql()} ({columns}{entry.columns})"
        f' SELECT {columns}{entry.values} FROM "_copied"'
    )
    check_nested(cursor, target.to_sql(), found["schema"]["fields"])
    cursor.execute('DROP TABLE "_copied"')


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
