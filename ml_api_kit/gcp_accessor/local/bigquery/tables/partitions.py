"""Partitions of tables: which partition a row is in, and what names them.

Source: https://cloud.google.com/bigquery/docs/partitioned-tables
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.members import list_member, object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    TableName,
    quote,
    table_from_json,
    text_literal,
)
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import FORMATS, PARTITION_TIME, span_of

SUMMARY = "__PARTITIONS_SUMMARY__"
"""What stands behind `$` in the name of a table where its partitions are listed."""

_TIMES_OF_INGESTION = ("_PARTITION_LOAD_TIME", "_PARTITIONDATE", "_PARTITIONTIME")
_TIMES = ("DATE", "TIMESTAMP", "DATETIME")

_MOST_CLUSTERS = 4
_CLUSTERED = (
    "BIGNUMERIC", "BOOLEAN", "DATE", "DATETIME", "INTEGER", "NUMERIC", "RANGE", "STRING",
    "TIMESTAMP",
)  # fmt: skip


def split_name(name: TableName) -> tuple[TableName, str | None]:
    """The table and the partition that a name such as `d.t$20200101` means; None without one.

    >>> table, partition = split_name(TableName("local", "d", "t$20200101"))
    >>> str(table), partition
    ('local:d.t', '20200101')
    """
    table, mark, partition = name.table.partition("$")
    return TableName(name.project, name.dataset, table), partition if mark else None


def target_from_json(reference: Any, *, project: str) -> tuple[TableName, str | None]:
    """The table that a `TableReference` names, and the partition of it; None without one.

    Raises BigQueryError: when it names none, or none that BigQuery would accept.
    """
    given = reference if isinstance(reference, dict) else {}
    table, mark, partition = str(given.get("tableId") or "").partition("$")
    name = table_from_json({**given, "tableId": table}, project=project)
    return name, partition if mark else None


def check_storage(resource: Mapping[str, Any], fields: list[Field]) -> None:
    """Nothing, when a table with these fields can be partitioned and clustered as it says.

    Raises BigQueryError: when a column is not there, or cannot be one.
    """
    known = {field["name"].lower(): field for field in fields}
    by_time = object_member(resource, "timePartitioning")
    by_range = object_member(resource, "rangePartitioning")
    if by_time and str(by_time.get("type") or "DAY") not in FORMATS:
        raise BigQueryError(f"Invalid value for timePartitioning.type: {by_time.get('type')}")
    for given, kinds in ((by_time, _TIMES), (by_range, ("INTEGER",))):
        if given.get("field"):
            _check_column(str(given["field"]), known, kinds)
    if by_time and by_range:
        raise BigQueryError("A table is partitioned by time or by range, not by both.")
    _check_clusters(list_member(object_member(resource, "clustering"), "fields"), known)


def _check_clusters(columns: Sequence[object], known: Mapping[str, Field]) -> None:
    if len(columns) > _MOST_CLUSTERS:
        raise BigQueryError(
            f"Too many columns to cluster by: {len(columns)}; a table has at most {_MOST_CLUSTERS}."
        )
    names = [str(column).lower() for column in columns]
    for column in names:
        field = known.get(column)
        if field is None:
            raise BigQueryError(
                f"The field specified for clustering cannot be found in the schema: {column}"
            )
        if field["mode"] == "REPEATED" or field["type"] not in _CLUSTERED:
            kind = "ARRAY" if field["mode"] == "REPEATED" else field["type"]
            raise BigQueryError(f"The column {column} of type {kind} cannot be clustered by.")
        if names.count(column) > 1:
            raise BigQueryError(f"The column {column} is twice among those to cluster by.")


def partition_sql(name: TableName, resource: Mapping[str, Any]) -> str:
    """The DuckDB expression for the name of the partition that a row of a table is in.

    Raises BigQueryError: when the table has no partitions.
    """
    by_time = object_member(resource, "timePartitioning")
    by_range = object_member(resource, "rangePartitioning")
    if by_time:
        value = quote(by_time.get("field") or PARTITION_TIME)
        return (
            f"coalesce(strftime({value}, {text_literal(FORMATS[span_of(resource)])}), '__NULL__')"
        )
    if not by_range:
        raise BigQueryError(
            f"Cannot read partition information from a table that is not partitioned: {name}"
        )
    value, bounds = quote(by_range["field"]), object_member(by_range, "range")
    start, end, interval = (int(bounds[key]) for key in ("start", "end", "interval"))
    return (
        f"CASE WHEN {value} IS NULL THEN '__NULL__'"
        f" WHEN {value} < {start} OR {value} >= {end} THEN '__UNPARTITIONED__'"
        f" ELSE CAST({start} + ({value} - {start}) // {interval} * {interval} AS VARCHAR) END"
    )


def check_filter(name: TableName, resource: Mapping[str, Any], filtered: Collection[str]) -> None:
    """Nothing, when a query with conditions on these columns may read the table.

    Raises BigQueryError: when the table asks for one over its partitions, and there is none.
    """
    if keys := _required_keys(resource):
        _check_filter_over(name, keys, filtered)
    by_time = object_member(resource, "timePartitioning")
    if not (resource.get("requirePartitionFilter") or by_time.get("requirePartitionFilter")):
        return
    storage = by_time or object_member(resource, "rangePartitioning")
    names = [str(storage["field"])] if storage.get("field") else list(_TIMES_OF_INGESTION)
    _check_filter_over(name, names, filtered)


def _required_keys(resource: Mapping[str, Any]) -> list[str]:
    """The keys of paths of which a query must name one in a condition."""
    external = object_member(resource, "externalDataConfiguration")
    hive = object_member(external, "hivePartitioningOptions")
    return list(hive.get("fields") or []) if hive.get("requirePartitionFilter") else []


def _check_filter_over(name: TableName, names: list[str], filtered: Collection[str]) -> None:
    if not any(column.lower() in filtered for column in names):
        listed = ", ".join(f"'{column}'" for column in names)
        raise invalid_query(
            f"Cannot query over table '{name.project}.{name.dataset}.{name.table}' without a "
            f"filter over column(s) {listed} that can be used for partition elimination"
        )


def _check_column(column: str, known: Mapping[str, Field], kinds: tuple[str, ...]) -> None:
    field = known.get(column.lower())
    if field is None:
        raise BigQueryError(
            f"The field specified for partitioning cannot be found in the schema: {column}"
        )
    if field["type"] not in kinds or field["mode"] == "REPEATED":
        raise BigQueryError(
            f"The field specified for partitioning must be one {' or '.join(kinds)}, and {column} "
            f"is {field['mode']} {field['type']}"
        )
