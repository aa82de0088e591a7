"""Queries: their rows into an answer or a table, or only their schema and size."""

from __future__ import annotations

from ml_api_kit.gcp_accessor.local.bigquery.assignment import assigned_sql
from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    already_exists,
    not_found,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.fitting import check_nested
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.schema_changes import refuse_additions
from ml_api_kit.gcp_accessor.local.bigquery.stored_tables import store_table
from ml_api_kit.gcp_accessor.local.bigquery.translate import Translation


def plan_query(context: Context, query: Translation, kind: str) -> QueryResult:
    """The schema of a query's answer and the bytes that it would read."""
    with context.database.reading() as cursor:
        _, fields = context.database.select_sql(cursor, query)
    size = size_bytes(context.database, query)
    return QueryResult(kind, fields=fields, size_bytes=size, tables=query.tables)


def size_bytes(database: Database, query: Translation) -> int:
    """The bytes that a query reads."""
    return sum(database.size_bytes(name, query.columns) for name in query.tables)


def run_query(context: Context, query: Translation) -> QueryResult:
    """The rows of a query, in the request's destination where it has one."""
    if context.request.destination is not None and not context.state.is_script:
        return _store_query(context, query, context.request.destination)
    database = context.database
    with database.reading() as cursor:
        select, fields = database.select_sql(cursor, query)
        table_sql, row_count = database.keep_result(cursor, select)
    return QueryResult(
        "SELECT",
        fields=fields,
        table_sql=table_sql,
        row_count=row_count,
        size_bytes=size_bytes(database, query),
        tables=query.tables,
    )


def _store_query(context: Context, query: Translation, name: TableName) -> QueryResult:
    database, request = context.database, context.request
    size = size_bytes(database, query)
    with database.writing() as cursor:
        select, fields = database.select_sql(cursor, query)
        found = database.catalog.find_table(cursor, name)
        if found is None and request.create_disposition == "CREATE_NEVER":
            raise not_found(f"Table {name}")
        count = (
            cursor.execute(f"SELECT count(*) FROM {name.to_sql()}").fetchone() if found else (0,)
        )
        is_filled = bool(count and count[0])
        if is_filled and request.write_disposition == "WRITE_EMPTY":
            raise already_exists(f"Table {name}")
        if found is not None and request.write_disposition == "WRITE_APPEND":
            given, fields = fields, found["schema"]["fields"]
            cursor.execute(_append_sql(name, select, given, fields))
            check_nested(cursor, name.to_sql(), fields)
        else:
            store_table(database, name, fields, select, is_replacing=True, cursor=cursor)
    row_count = database.row_count(name.to_sql())
    return QueryResult(
        "SELECT",
        fields=fields,
        table_sql=name.to_sql(),
        row_count=row_count,
        size_bytes=size,
        tables=query.tables,
    )


def _append_sql(name: TableName, select: str, given: list[Field], fields: list[Field]) -> str:
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
    return f"INSERT INTO {name.to_sql()} ({columns}) SELECT {values} FROM ({select}) AS answer"
