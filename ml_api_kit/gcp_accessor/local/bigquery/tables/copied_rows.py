"""The rows that a table gives to a copy of it, with the partitions that they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import (
    PARTITION_TIME,
    is_by_ingestion,
    span_of,
)
from ml_api_kit.gcp_accessor.local.bigquery.tables.partition_rows import in_partition

Resource = Mapping[str, Any]


def copied_sql(
    name: TableName,
    resource: Resource,
    fields: Sequence[Field],
    *,
    partition: str | None = None,
    hidden: Sequence[str] = (),
) -> str:
    """The DuckDB query of a table's rows, or of those of one partition, for a copy.

    Raises BigQueryError: when the table has no partition of the name.
    """
    columns = ", ".join(quote(column) for column in [*(f["name"] for f in fields), *hidden])
    condition = "" if partition is None else f" WHERE {in_partition(name, resource, partition)}"
    return f"SELECT {columns or '*'} FROM {name.to_sql()}{condition}"


def copied_columns(sources: Sequence[Resource], target: Resource) -> list[str]:
    """The hidden columns that the rows of tables take along into one of the resource `target`.

    Raises BigQueryError: when only some of the tables have what the target asks for.
    """
    if not is_by_ingestion(target):
        return []
    has_times = [is_by_ingestion(one) and span_of(one) == span_of(target) for one in sources]
    if any(has_times) and not all(has_times):
        raise unsupported("to copy tables of different partitions by ingestion into one")
    return [PARTITION_TIME] if all(has_times) else []
