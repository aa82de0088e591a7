"""Rows on their way into one partition of a table, `t$20240101`, or out of it.

Source: https://cloud.google.com/bigquery/docs/managing-partitioned-table-data
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, already_exists
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote, text_literal
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import (
    PARTITION_TIME,
    is_by_ingestion,
    partition_start,
)
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import partition_sql


@dataclass(frozen=True, slots=True)
class Entry:
    """What rows get beside their own columns on their way in: column and value, behind a comma."""

    columns: str = ""
    values: str = ""


def partition_entry(resource: Mapping[str, Any], partition: str | None) -> Entry:
    """What rows get that go into this partition of a table; nothing where they say it themselves.

    Raises BigQueryError: when the table can have no partition of the name.
    """
    if partition is None or not is_by_ingestion(resource):
        return Entry()
    start = partition_start(resource, partition).isoformat()
    return Entry(f", {quote(PARTITION_TIME)}", f", TIMESTAMPTZ {text_literal(start)}")


def in_partition(name: TableName, resource: Mapping[str, Any], partition: str) -> str:
    """The condition that the rows of a partition fulfil.

    Raises BigQueryError: when the table has no partitions.
    """
    if is_by_ingestion(resource):
        partition_start(resource, partition)
    return f"{partition_sql(name, resource)} = {text_literal(partition)}"


def enter_partition(
    cursor: DuckDBPyConnection,
    name: TableName,
    resource: Mapping[str, Any],
    partition: str,
    rows_sql: str,
    *,
    mode: str,
) -> Entry:
    """What the rows of a DuckDB table get on their way into a partition, which has room for them.

    Rows that were in it are dropped where the mode is to replace them.

    Raises BigQueryError: when a row belongs into another partition, or the mode asks for an empty
        one and it has rows.
    """
    chosen = in_partition(name, resource, partition)
    if not is_by_ingestion(resource):
        stray = f"SELECT 1 FROM {rows_sql} WHERE NOT ({chosen}) LIMIT 1"
        if cursor.execute(stray).fetchone():
            raise BigQueryError(
                "Some rows belong to different partitions rather than destination partition "
                f"{partition}"
            )
    if mode.startswith("WRITE_TRUNCATE"):
        cursor.execute(f"DELETE FROM {name.to_sql()} WHERE {chosen}")
    filled = f"SELECT 1 FROM {name.to_sql()} WHERE {chosen} LIMIT 1"
    if mode == "WRITE_EMPTY" and cursor.execute(filled).fetchone():
        raise already_exists(f"Table {name}${partition}")
    return partition_entry(resource, partition)
