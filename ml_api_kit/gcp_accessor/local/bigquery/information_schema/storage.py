"""PARTITIONS, TABLE_STORAGE and `__TABLES__`: rows and bytes, by partition and by table.

Source: https://cloud.google.com/bigquery/docs/information-schema-partitions
"""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.gcp_accessor.local.bigquery.information_schema.view import (
    Place,
    Resource,
    Row,
    View,
    names_of,
)
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.sizes import size_sql
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import partition_sql


def partition_id_sql(table: Resource) -> str | None:
    """DuckDB's SQL for the id of a row's partition; None for a table without partitions."""
    if not (table.get("timePartitioning") or table.get("rangePartitioning")):
        return None
    return partition_sql(_name(table), table)


def _name(table: Resource) -> TableName:
    reference = table["tableReference"]
    return TableName(reference["projectId"], reference["datasetId"], reference["tableId"])


def partitions(place: Place, table: Resource) -> list[tuple[str | None, int, int]]:
    """The id, rows and logical bytes of each partition of a table, by id."""
    name, fields = _name(table), table["schema"]["fields"]
    size = size_sql(fields) if fields else "0"
    key = partition_id_sql(table)
    rows = place.cursor.execute(
        f"SELECT {key or 'NULL'} AS id, count(*), CAST(coalesce(sum({size}), 0) AS BIGINT)"
        f" FROM {name.to_sql()}" + (" GROUP BY ALL ORDER BY 1" if key else "")
    ).fetchall()
    return [(row[0], int(row[1]), int(row[2])) for row in rows]


def _stored(place: Place) -> Iterator[Resource]:
    return (table for table in place.tables() if table["type"] in ("TABLE", "SNAPSHOT"))


def _partitions(place: Place) -> Iterator[Row]:
    for table in _stored(place):
        changed = int(table.get("lastModifiedTime") or table["creationTime"])
        for key, rows, size in partitions(place, table):
            yield [*names_of(table), key, rows, size, size, changed, "ACTIVE"]


def _table_storage(place: Place) -> Iterator[Row]:
    for table in _stored(place):
        found = partitions(place, table)
        count = len(found) if partition_id_sql(table) else 0
        rows, size = sum(part[1] for part in found), sum(part[2] for part in found)
        kind = "SNAPSHOT" if table["type"] == "SNAPSHOT" else "BASE TABLE"
        yield [
            place.project,
            *names_of(table),
            int(table["creationTime"]),
            rows,
            count,
            size,
            size,
            0,
            False,
            kind,
        ]


def _meta_tables(place: Place) -> Iterator[Row]:
    """The tables of a dataset with their sizes, as of before there was an INFORMATION_SCHEMA."""
    for table in place.tables():
        is_stored = table["type"] in ("TABLE", "SNAPSHOT")
        found = partitions(place, table) if is_stored else []
        created = int(table["creationTime"])
        yield [
            *names_of(table),
            created,
            int(table.get("lastModifiedTime") or created),
            sum(part[1] for part in found) if is_stored else None,
            sum(part[2] for part in found) if is_stored else None,
            _META_KINDS[table["type"]],
        ]


_META_KINDS = {"TABLE": 1, "VIEW": 2, "EXTERNAL": 3, "MATERIALIZED_VIEW": 4, "SNAPSHOT": 5}
_META = "project_id,dataset_id,table_id,creation_time INT64"
_TABLE = "table_catalog,table_schema,table_name"

VIEWS = {
    "__TABLES__": View(
        f"{_META},last_modified_time INT64,row_count INT64,size_bytes INT64,type INT64",
        _meta_tables,
    ),
    "__TABLES_SUMMARY__": View(
        f"{_META},type INT64", lambda place: ([*row[:4], row[-1]] for row in _meta_tables(place))
    ),
    "PARTITIONS": View(
        f"{_TABLE},partition_id,total_rows INT64,total_logical_bytes INT64,"
        "total_billable_bytes INT64,last_modified_time TIMESTAMP,storage_tier",
        _partitions,
    ),
    "TABLE_STORAGE": View(
        f"project_id,{_TABLE},creation_time TIMESTAMP,total_rows INT64,total_partitions INT64,"
        "total_logical_bytes INT64,active_logical_bytes INT64,long_term_logical_bytes INT64,"
        "deleted BOOL,table_type",
        _table_storage,
        lacks="project_number current_physical_bytes total_physical_bytes active_physical_bytes "
        "long_term_physical_bytes time_travel_physical_bytes fail_safe_physical_bytes "
        "storage_last_modified_time last_metadata_index_refresh_time managed_table_type",
        is_of_project=True,
    ),
}
