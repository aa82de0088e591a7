"""SCHEMATA, TABLES, COLUMNS and what else there is to know of tables.

Source: https://cloud.google.com/bigquery/docs/information-schema-tables
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, standard_type
from ml_api_kit.gcp_accessor.local.bigquery.information_schema.view import (
    Place,
    Resource,
    Row,
    View,
    names_of,
    yes_no,
)
from ml_api_kit.gcp_accessor.local.bigquery.tables.table_origin import moment_ms

_KINDS = {
    "TABLE": "BASE TABLE",
    "VIEW": "VIEW",
    "MATERIALIZED_VIEW": "MATERIALIZED VIEW",
    "SNAPSHOT": "SNAPSHOT",
    "EXTERNAL": "EXTERNAL",
}


def _schemata(place: Place) -> Iterator[Row]:
    for dataset in place.database.catalog.rows.datasets(place.cursor, place.project):
        changed = dataset.get("lastModifiedTime") or dataset["creationTime"]
        name = dataset["datasetReference"]["datasetId"]
        times = [int(dataset["creationTime"]), int(changed)]
        yield [place.project, name, None, *times, dataset["location"]]


def _tables(place: Place) -> Iterator[Row]:
    for table in place.tables():
        snapshot = table.get("snapshotDefinition") or {}
        base = snapshot.get("baseTableReference") or {}
        moment = snapshot.get("snapshotTime")
        yield [
            *names_of(table),
            _KINDS[table["type"]],
            yes_no(holds=table["type"] == "TABLE"),
            "NO",
            int(table["creationTime"]),
            base.get("projectId"),
            base.get("datasetId"),
            base.get("tableId"),
            None if moment is None else moment_ms(moment),
            "NULL",
        ]


def _columns(place: Place) -> Iterator[Row]:
    for table in place.tables():
        partitions = table.get("timePartitioning") or table.get("rangePartitioning") or {}
        clusters = [name.lower() for name in (table.get("clustering") or {}).get("fields") or ()]
        for position, field in enumerate(table["schema"]["fields"], start=1):
            name = field["name"].lower()
            yield [
                *names_of(table),
                field["name"],
                position,
                yes_no(holds=field["mode"] != "REQUIRED"),
                standard_type(field),
                "NEVER",
                None,
                None,
                "NO",
                None,
                "NO",
                yes_no(holds=str(partitions.get("field")).lower() == name),
                clusters.index(name) + 1 if name in clusters else None,
                "NULL",
                field.get("defaultValueExpression") or "NULL",
                None,
            ]


def _field_paths(place: Place) -> Iterator[Row]:
    for table in place.tables():
        for column in table["schema"]["fields"]:
            for path, field in _paths(column, column["name"]):
                described = [field.get("description"), "NULL", None]
                yield [*names_of(table), column["name"], path, standard_type(field), *described]


def _paths(field: Field, path: str) -> Iterator[tuple[str, Field]]:
    yield path, field
    for inner in field.get("fields") or []:
        yield from _paths(inner, f"{path}.{inner['name']}")


def _views(place: Place) -> Iterator[Row]:
    for table in place.tables():
        if table["type"] == "VIEW":
            yield [*names_of(table), table["view"]["query"], None, "YES"]


def _table_options(place: Place) -> Iterator[Row]:
    for table in place.tables():
        for name, kind, value in _options(table):
            yield [*names_of(table), name, kind, value]


def _options(table: Resource) -> Iterator[tuple[str, str, str]]:
    for name, member in (("description", "description"), ("friendly_name", "friendlyName")):
        if table.get(member):
            yield name, "STRING", json.dumps(table[member], ensure_ascii=False)
    if table.get("expirationTime"):
        moment = datetime.datetime.fromtimestamp(int(table["expirationTime"]) / 1000, datetime.UTC)
        text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        yield "expiration_timestamp", "TIMESTAMP", f'TIMESTAMP "{text}"'
    if table.get("labels"):
        pairs = ", ".join(
            f"STRUCT({json.dumps(key)}, {json.dumps(value)})"
            for key, value in table["labels"].items()
        )
        yield "labels", "ARRAY<STRUCT<STRING, STRING>>", f"[{pairs}]"
    expiration = (table.get("timePartitioning") or {}).get("expirationMs")
    if expiration:
        yield "partition_expiration_days", "FLOAT64", str(int(expiration) / 86_400_000)
    if table.get("requirePartitionFilter"):
        yield "require_partition_filter", "BOOL", "true"


def _schemata_options(place: Place) -> Iterator[Row]:
    members: tuple[tuple[str, str], ...] = (
        ("description", "description"),
        ("friendly_name", "friendlyName"),
        ("location", "location"),
    )
    for dataset in place.database.catalog.rows.datasets(place.cursor, place.project):
        name = dataset["datasetReference"]["datasetId"]
        for option, member in members:
            value: Any = dataset.get(member)
            if value:
                text = json.dumps(value, ensure_ascii=False)
                yield [place.project, name, option, "STRING", text]


_TABLE = "table_catalog,table_schema,table_name"

VIEWS = {
    "SCHEMATA": View(
        "catalog_name,schema_name,schema_owner,creation_time TIMESTAMP,"
        "last_modified_time TIMESTAMP,location",
        _schemata,
        lacks="ddl default_collation_name",
        is_of_project=True,
    ),
    "SCHEMATA_OPTIONS": View(
        "catalog_name,schema_name,option_name,option_type,option_value",
        _schemata_options,
        is_of_project=True,
    ),
    "TABLES": View(
        f"{_TABLE},table_type,is_insertable_into,is_typed,creation_time TIMESTAMP,"
        "base_table_catalog,base_table_schema,base_table_name,snapshot_time_ms TIMESTAMP,"
        "default_collation_name",
        _tables,
        lacks="ddl managed_table_type upsert_stream_apply_watermark is_change_history_enabled "
        "is_fine_grained_mutations_enabled replica_source_name replication_status",
    ),
    "COLUMNS": View(
        f"{_TABLE},column_name,ordinal_position INT64,is_nullable,data_type,is_generated,"
        "generation_expression,is_stored,is_hidden,is_updatable,is_system_defined,"
        "is_partitioning_column,clustering_ordinal_position INT64,collation_name,column_default,"
        "rounding_mode",
        _columns,
        lacks="data_policies policy_tags",
    ),
    "COLUMN_FIELD_PATHS": View(
        f"{_TABLE},column_name,field_path,data_type,description,collation_name,rounding_mode",
        _field_paths,
        lacks="data_policies policy_tags",
    ),
    "VIEWS": View(f"{_TABLE},view_definition,check_option,use_standard_sql", _views),
    "TABLE_OPTIONS": View(f"{_TABLE},option_name,option_type,option_value", _table_options),
}
