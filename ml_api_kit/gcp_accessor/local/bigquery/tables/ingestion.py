"""Tables partitioned by the time of ingestion: a hidden column says which partition a row is in.

The column is of DuckDB's table alone: the schema does not name it, and `*` does not show it.

Source: https://cloud.google.com/bigquery/docs/partitioned-tables#ingestion_time
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import quote

PARTITION_TIME = "_PARTITIONTIME"
FORMATS = {"HOUR": "%Y%m%d%H", "DAY": "%Y%m%d", "MONTH": "%Y%m", "YEAR": "%Y"}
"""How the partitions of tables are named, by what time each of them spans."""

_PAST, _FUTURE = datetime.timedelta(days=31), datetime.timedelta(days=16)


def is_by_ingestion(resource: Mapping[str, Any]) -> bool:
    """Whether a table with this resource is partitioned by the time of ingestion.

    >>> is_by_ingestion({"timePartitioning": {"type": "DAY"}})
    True
    >>> is_by_ingestion({"timePartitioning": {"type": "DAY", "field": "day"}})
    False
    """
    by_time = object_member(resource, "timePartitioning")
    return bool(by_time) and not by_time.get("field")


def span_of(resource: Mapping[str, Any]) -> str:
    """HOUR, DAY, MONTH or YEAR: the time that a partition of the table spans."""
    return str(object_member(resource, "timePartitioning").get("type") or "DAY")


def column_sql(resource: Mapping[str, Any]) -> str:
    """The hidden column in DuckDB's CREATE TABLE: where nothing is given, it is now."""
    column, span = quote(PARTITION_TIME), span_of(resource).lower()
    return (
        f"{column} TIMESTAMP WITH TIME ZONE DEFAULT (date_trunc('{span}', current_timestamp))"
        f" CHECK ({column} = date_trunc('{span}', {column}))"
    )


def broken_boundary(message: str) -> BigQueryError | None:
    """The error for a time within a partition, where its beginning is asked for."""
    if "CHECK constraint" not in message or PARTITION_TIME not in message:
        return None
    return unsupported(f"a {PARTITION_TIME} that is not the beginning of a partition")


def partition_start(resource: Mapping[str, Any], partition: str) -> datetime.datetime:
    """The beginning of a partition of the table, by its name.

    Raises BigQueryError: when the name is none for the partitions of the table.

    >>> partition_start({"timePartitioning": {"type": "MONTH"}}, "202402").isoformat()
    '2024-02-01T00:00:00+00:00'
    """
    form = FORMATS[span_of(resource)]
    try:
        found = datetime.datetime.strptime(partition, form).replace(tzinfo=datetime.UTC)
    except ValueError:
        found = None
    if found is None or found.strftime(form) != partition:
        raise BigQueryError(
            f"Invalid partition name: {partition}. The partitions of this table span a "
            f"{span_of(resource).lower()} each and are named as {form}."
        )
    return found


def check_streamed(resource: Mapping[str, Any], partition: str) -> None:
    """Nothing, when rows may be streamed into the partition today.

    Raises BigQueryError: when its time is too far away.

    Source: https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery
    """
    start, now = partition_start(resource, partition), datetime.datetime.now(datetime.UTC)
    if not now - _PAST - datetime.timedelta(days=1) < start < now + _FUTURE:
        raise BigQueryError(
            f"The destination table's partition {partition} is outside the allowed bounds. You can "
            "only stream to partitions within 31 days in the past and 16 days in the future "
            "relative to the current date."
        )
