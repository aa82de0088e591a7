"""What rows can be read from: a table, or the answer of a query job."""

from __future__ import annotations

from dataclasses import dataclass

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, text_literal
from ml_api_kit.gcp_accessor.local.bigquery.tables.partition_rows import in_partition
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import (
    SUMMARY,
    partition_sql,
    split_name,
)


@dataclass(frozen=True, slots=True)
class Readable:
    """A DuckDB table, or view, with the fields of its rows."""

    table_sql: str
    fields: list[Field]


def find_table(engine: Database, name: TableName) -> Readable:
    """The rows of a table, of one of its partitions (`t$20200101`), or the list of these.

    Raises BigQueryError: 404, when it is not there; 400, for a view, whose rows only a query gives.
    """
    table, partition = split_name(name)
    with engine.reading() as cursor:
        resource = engine.catalog.table(cursor, table)
    if resource["type"].endswith("VIEW"):
        raise BigQueryError(f"Cannot list a table of type {resource['type']}: {name}.")
    if partition is None:
        return Readable(table.to_sql(), resource["schema"]["fields"])
    if partition != SUMMARY:
        rows = f"SELECT * FROM {table.to_sql()} WHERE {in_partition(table, resource, partition)}"
        return Readable(f"({rows})", resource["schema"]["fields"])
    chosen = partition_sql(table, resource)
    values = {**table.to_json(), "partitionId": None}
    columns = ", ".join(
        f"{chosen if value is None else text_literal(value)} AS {_snake(key)}"
        for key, value in values.items()
    )
    fields = [{"name": _snake(key), "type": "STRING", "mode": "NULLABLE"} for key in values]
    return Readable(f"(SELECT DISTINCT {columns} FROM {table.to_sql()} ORDER BY ALL)", fields)


def _snake(key: str) -> str:
    return key.replace("Id", "_id")


def selected_fields(fields: list[Field], names: list[str]) -> list[Field]:
    """The fields of these names in their order in the table; all of them for no names.

    A nested field is named with its parents, as `address.city`, and is all that is left of them.

    Raises BigQueryError: 400, when there is no field of a name.
    """
    if not names:
        return fields
    wanted = [name.strip().lower() for name in names]
    for name in wanted:
        if not _is_field(fields, name.split(".")):
            raise BigQueryError(f"No such field: {name}.")
    return _chosen(fields, wanted)


def _is_field(fields: list[Field], path: list[str]) -> bool:
    found = next((field for field in fields if field["name"].lower() == path[0]), None)
    if found is None:
        return False
    return len(path) == 1 or _is_field(found.get("fields") or [], path[1:])


def _chosen(fields: list[Field], wanted: list[str]) -> list[Field]:
    chosen = []
    for field in fields:
        name = field["name"].lower()
        inner = [path[len(name) + 1 :] for path in wanted if path.startswith(f"{name}.")]
        if name in wanted:
            chosen.append(field)
        elif inner:
            chosen.append({**field, "fields": _chosen(field["fields"], inner)})
    return chosen
