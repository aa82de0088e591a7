"""Partitions of tables: which partition a row is in, and what names them.

Source: https://cloud.google.com/bigquery/docs/partitioned-tables
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.members import list_member, object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote, text_literal

SUMMARY = "__PARTITIONS_SUMMARY__"
"""What stands behind `$` in the name of a table where its partitions are listed."""

_FORMATS = {"HOUR": "%Y%m%d%H", "DAY": "%Y%m%d", "MONTH": "%Y%m", "YEAR": "%Y"}
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


def check_storage(resource: Mapping[str, Any], fields: list[Field]) -> None:
    """Nothing, when a table with these fields can be partitioned and clustered as it says.

    Raises BigQueryError: when a column is not there, or cannot be one.
    """
    known = {field["name"].lower(): field for field in fields}
    by_time = object_member(resource, "timePartitioning")
    by_range = object_member(resource, "rangePartitioning")
    if by_time and str(by_time.get("type") or "DAY") not in _FORMATS:
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

    Raises BigQueryError: when the table has no partitions, or those of the time of ingestion.
    """
    by_time = object_member(resource, "timePartitioning")
    by_range = object_member(resource, "rangePartitioning")
    if by_time and not by_time.get("field"):
        raise unsupported(f"partitions by the time of ingestion: {name}")
    if by_time:
        value, form = quote(by_time["field"]), _FORMATS[str(by_time.get("type") or "DAY")]
        return f"coalesce(strftime({value}, {text_literal(form)}), '__NULL__')"
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
