"""Queries: their rows into an answer or a table, or only their schema and size."""

from __future__ import annotations

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.tables.destinations import store_answer
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import Translation


def plan_query(context: Context, query: Translation, kind: str) -> QueryResult:
    """The schema of a query's answer and the bytes that it would read."""
    with context.database.reading() as cursor:
        _, fields = context.database.planner.select_sql(cursor, query, is_run=False)
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
        select, fields = database.planner.select_sql(cursor, query)
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
    database = context.database
    size = size_bytes(database, query)
    with database.writing() as cursor:
        select, fields = database.planner.select_sql(cursor, query)
        fields = store_answer(database, cursor, context.request, select, fields)
    return QueryResult(
        "SELECT",
        fields=fields,
        table_sql=name.to_sql(),
        row_count=database.row_count(name.to_sql()),
        size_bytes=size,
        tables=query.tables,
    )
