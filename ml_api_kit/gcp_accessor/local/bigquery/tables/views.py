"""Views: a query under a name, made by the REST calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from duckdb import DuckDBPyConnection
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptState
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader

# The member of a view's resource with the project and dataset in which its bare names are looked
# for; no REST answer has it.
DEFAULT_DATASET = "_defaultDataset"
# The member with the names that CREATE VIEW has given the columns of the query; as hidden.
COLUMN_NAMES = "_columnNames"


def create_view(
    database: Database,
    name: TableName,
    request: QueryRequest,
    resource: dict[str, object],
    *,
    kind: str = "VIEW",
) -> None:
    """Make a view of the query of the request; `kind` is VIEW or MATERIALIZED_VIEW.

    Raises BigQueryError: when the query is wrong or not supported, or the name is taken.
    """
    with database.writing() as cursor:
        select, fields = view_select(cursor, Context(database, request, ScriptState()))
        kept = {**resource, **default_members(request)}
        database.catalog.create_view(cursor, name, select, fields, kept, kind=kind)


def replace_view(
    database: Database, cursor: DuckDBPyConnection, name: TableName, request: QueryRequest
) -> dict[str, Any]:
    """The resource of a view after the query of the request took the place of its own.

    Raises BigQueryError: when the query is wrong or not supported.
    """
    resource = database.catalog.table(cursor, name)
    select, fields = view_select(cursor, Context(database, request, ScriptState()))
    database.catalog.drop_table(cursor, name)
    kept = {**resource, DEFAULT_DATASET: None, COLUMN_NAMES: None, **default_members(request)}
    database.catalog.create_view(cursor, name, select, fields, kept)
    return database.catalog.table(cursor, name)


def view_select(cursor: DuckDBPyConnection, context: Context) -> tuple[str, list[Field]]:
    """The DuckDB query of a view of the request's query, and its fields.

    Raises BigQueryError: when it is no query, or one that is wrong or not supported.
    """
    tree = context.parse(SqlReader(context.request.sql).rest())
    if not isinstance(tree, exp.Query):
        raise invalid_query("A view needs a query.")
    query = replace(context.translate(tree), filters=None)
    return context.database.planner.select_sql(cursor, query, is_run=False)


def default_members(request: QueryRequest) -> dict[str, Any]:
    """What the resource of a view keeps of the request that made it."""
    parent = request.default_dataset
    return {} if parent is None else {DEFAULT_DATASET: [parent.project, parent.dataset]}
