"""`PARTITION BY` and `CLUSTER BY`: how BigQuery stores a table, which changes no answer."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import PARTITION_TIME

_TRUNCATIONS = ("DATE_TRUNC", "DATETIME_TRUNC", "TIMESTAMP_TRUNC")
_UNITS = ("HOUR", "DAY", "MONTH", "YEAR")
_WRONG = (
    "PARTITION BY expression must be DATE(<timestamp_column>), DATE(<datetime_column>), "
    "DATETIME_TRUNC(<datetime_column>, DAY/HOUR/MONTH/YEAR), a DATE column, "
    "TIMESTAMP_TRUNC(<timestamp_column>, DAY/HOUR/MONTH/YEAR), DATE_TRUNC(<date_column>, "
    "MONTH/YEAR), or RANGE_BUCKET(<int64_column>, GENERATE_ARRAY(<int64_value>, <int64_value>[, "
    "<int64_value>]))"
)


def read_clustering(reader: SqlReader) -> list[str]:
    """The columns of the CLUSTER BY that comes next; none where it does not."""
    if not reader.accept("CLUSTER", "BY"):
        return []
    names = [reader.name()]
    while reader.accept(","):
        names.append(reader.name())
    return names


def storage_members(
    context: Context, fields: list[Field], partition: Fragment | None, clusters: list[str]
) -> dict[str, Any]:
    """The members of a table's resource that say how it is stored.

    Raises BigQueryError: when a column is not there, or the expression is none for partitions.
    """
    members: dict[str, Any] = {}
    known = {field["name"].lower(): field for field in fields}
    for name in clusters:
        if name.lower() not in known:
            raise invalid_query(
                f"The field specified for clustering cannot be found in the schema: {name}"
            )
    if clusters:
        members["clustering"] = {"fields": clusters}
    if partition is not None:
        members |= _partitioning(context.parse_expression(partition), known)
    return members


def ingestion_members(context: Context, partition: Fragment | None) -> dict[str, Any]:
    """The members for partitions of the time of ingestion, which need no column; else none."""
    if partition is None:
        return {}
    tree = context.parse_expression(partition)
    names = {column.name.upper() for column in tree.find_all(exp.Column)}
    return _partitioning(tree, {}) if names & {PARTITION_TIME, "_PARTITIONDATE"} else {}


def _partitioning(tree: exp.Expr, known: dict[str, Field]) -> dict[str, Any]:
    unit, column = "DAY", tree
    if isinstance(tree, exp.Anonymous):
        name = str(tree.this).upper()
        if name == "RANGE_BUCKET":
            return _range(tree, known)
        column = tree.expressions[0]
        if name in _TRUNCATIONS and len(tree.expressions) == 2:
            unit = tree.expressions[1].name.upper()
        elif name != "DATE" or len(tree.expressions) != 1:
            raise invalid_query(_WRONG)
    if not isinstance(column, exp.Column) or unit not in _UNITS:
        raise invalid_query(_WRONG)
    if column.name.upper() == PARTITION_TIME and column is not tree:
        return {"timePartitioning": {"type": unit}}
    if column.name.upper() == "_PARTITIONDATE" and column is tree:
        return {"timePartitioning": {"type": "DAY"}}
    field = _column(column, known)
    if field["type"] not in _takes(tree, unit):
        raise invalid_query(_WRONG)
    return {"timePartitioning": {"type": unit, "field": field["name"]}}


def _takes(tree: exp.Expr, unit: str) -> tuple[str, ...]:
    """The types of columns that an expression for partitions takes."""
    if isinstance(tree, exp.Column):
        return ("DATE",)
    name = str(tree.this).upper()
    if name == "DATE":
        return ("TIMESTAMP", "DATETIME")
    kind = name.removesuffix("_TRUNC")
    return (kind,) if kind != "DATE" or unit in ("MONTH", "YEAR") else ()


def _column(column: exp.Expr, known: dict[str, Field]) -> Field:
    field = known.get(column.name.lower())
    if field is None:
        raise invalid_query(f"Unrecognized name: {column.name}")
    return field


def _range(tree: exp.Anonymous, known: dict[str, Field]) -> dict[str, Any]:
    parts = tree.expressions
    array = parts[1] if len(parts) == 2 else None
    if not isinstance(array, exp.Anonymous) or str(array.this).upper() != "GENERATE_ARRAY":
        raise invalid_query(_WRONG)
    bounds = [item.sql("bigquery") for item in array.expressions] + ["1"]
    if len(bounds) < 3 or not all(bound.lstrip("-").isdigit() for bound in bounds[:3]):
        raise invalid_query(_WRONG)
    start, end, interval = bounds[:3]
    field = _column(parts[0], known)
    if field["type"] != "INTEGER":
        raise invalid_query(_WRONG)
    bucket = {"start": start, "end": end, "interval": interval}
    return {"rangePartitioning": {"field": field["name"], "range": bucket}}
