"""The answer of a query on its way into a table, or into one of its partitions.

Source: https://cloud.google.com/bigquery/docs/writing-results
"""

from __future__ import annotations

from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    already_exists,
    not_found,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.tables.assignment import assigned_sql
from ml_api_kit.gcp_accessor.local.bigquery.tables.fitting import check_nested
from ml_api_kit.gcp_accessor.local.bigquery.tables.partition_rows import Entry, enter_partition
from ml_api_kit.gcp_accessor.local.bigquery.tables.schema_changes import refuse_additions
from ml_api_kit.gcp_accessor.local.bigquery.tables.stored_tables import store_table
from ml_api_kit.gcp_accessor.local.bigquery.tables.table_options import (
    check_same_partitions,
    fit_table,
    kept_partitions,
)


def store_answer(
    database: Database,
    cursor: DuckDBPyConnection,
    request: QueryRequest,
    select: str,
    fields: list[Field],
) -> list[Field]:
    """The fields of the request's destination, once the rows of a DuckDB query are in it.

    Raises BigQueryError: when the table may not be written, or does not take the rows.
    """
    name = request.destination
    assert name is not None
    found = database.catalog.find_table(cursor, name)
    if found is None and request.create_disposition == "CREATE_NEVER":
        raise not_found(f"Table {name}")
    if request.partition is not None:
        return _store_partition(database, cursor, request, select, fields)
    if found is not None and request.write_disposition == "WRITE_EMPTY" and _has_rows(cursor, name):
        raise already_exists(f"Table {name}")
    if found is None or request.write_disposition != "WRITE_APPEND":
        kept = {} if found is None else kept_partitions(found, request.storage)
        store_table(
            database, name, fields, select,
            is_replacing=True, cursor=cursor, resource={**kept, **request.storage},
        )  # fmt: skip
        return fields
    check_same_partitions(name, found, request.storage)
    found = fit_table(database, cursor, name, fields, request.schema_updates)
    database.catalog.put_table(cursor, name, {**found, **request.storage})
    present: list[Field] = found["schema"]["fields"]
    cursor.execute(_append_sql(name, select, fields, present, Entry()))
    check_nested(cursor, name.to_sql(), present)
    return present


def _store_partition(
    database: Database,
    cursor: DuckDBPyConnection,
    request: QueryRequest,
    select: str,
    fields: list[Field],
) -> list[Field]:
    """The fields of the destination, once the rows are in the one partition of it."""
    name, partition = request.destination, request.partition
    assert name is not None
    assert partition is not None
    found = database.catalog.find_table(cursor, name)
    if found is None:
        if not kept_partitions(request.storage, {}):
            raise unsupported(f"a partition of a table that is not there: {name}${partition}")
        database.catalog.create_table(cursor, name, fields, dict(request.storage))
        found = database.catalog.table(cursor, name)
    elif request.write_disposition == "WRITE_APPEND":
        found = fit_table(database, cursor, name, fields, request.schema_updates)
    present: list[Field] = found["schema"]["fields"]
    refuse_additions(present, fields)
    cursor.execute(f'CREATE OR REPLACE TEMP TABLE "_stored" AS {select}')
    mode = request.write_disposition
    entry = enter_partition(cursor, name, found, partition, '"_stored"', mode=mode)
    cursor.execute(_append_sql(name, 'SELECT * FROM "_stored"', fields, present, entry))
    cursor.execute('DROP TABLE "_stored"')
    check_nested(cursor, name.to_sql(), present)
    return present


def _has_rows(cursor: DuckDBPyConnection, name: TableName) -> bool:
    return cursor.execute(f"SELECT 1 FROM {name.to_sql()} LIMIT 1").fetchone() is not None


def _append_sql(
    name: TableName, select: str, given: list[Field], fields: list[Field], entry: Entry
) -> Any:
    """The statement that appends the answer's columns by their names; others are left NULL.

    Raises BigQueryError: when the table has no such column.
    """
    known = {field["name"].lower(): field for field in fields}
    refuse_additions(fields, given)
    names = {field["name"].lower() for field in given}
    for field in fields:
        if field["name"].lower() not in names and field.get("defaultValueExpression") is not None:
            raise unsupported(f"to append without the column {field['name']}, which has a default")
    stored = [known[field["name"].lower()] for field in given]
    columns = ", ".join(quote(field["name"]) for field in stored)
    values = ", ".join(assigned_sql(quote(field["name"]), field) for field in stored)
    return (
        f"INSERT INTO {name.to_sql()} ({columns}{entry.columns})"
        f" SELECT {values}{entry.values} FROM ({select}) AS answer"
    )
