"""Views are kept in DuckDB's SQL: what they read may change, and then they are made anew.

BigQuery reads the query of a view whenever the view is read: a column that its table gets later is
in `SELECT *`, and one of another type has it. Where its query does not hold any more, reading the
view fails with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    DatasetName,
    TableName,
    quote,
    text_literal,
)
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptState
from ml_api_kit.gcp_accessor.local.bigquery.tables.views import (
    COLUMN_NAMES,
    DEFAULT_DATASET,
    view_select,
)

_PREFIX = re.compile(r"([\w-]+)\*")


def remake_readers(database: Database, changed: Collection[TableName]) -> None:
    """Make each view anew whose query names one of the tables, or has it by a prefix."""
    for project in dict.fromkeys(name.project for name in changed):
        names = [name for name in changed if name.project == project]
        with database.reading() as cursor:
            found = _readers(database, cursor, names)
        if found:
            with database.writing_as_read() as cursor:
                for resource in found:
                    remake(database, cursor, resource)


def _readers(
    database: Database, cursor: DuckDBPyConnection, changed: Collection[TableName]
) -> list[dict[str, Any]]:
    views = list(views_of(database, cursor, next(iter(changed)).project))
    if not views:
        return []
    catalog = database.catalog
    # A view that names a table that is gone stays as it is, and says which one when it is read.
    there = {
        name.table.lower()
        for name in changed
        if catalog.find_dataset(cursor, name.parent) and catalog.find_table(cursor, name)
    }
    every = {name.table.lower() for name in changed}
    found = []
    for resource in views:
        query = view_query(resource).lower()
        prefixes = tuple(_PREFIX.findall(query))
        is_named = any(table in query for table in there)
        if is_named or any(table.startswith(prefixes) for table in every):
            found.append(resource)
    return found


def views_of(
    database: Database, cursor: DuckDBPyConnection, project: str
) -> Iterator[dict[str, Any]]:
    """The views and materialized views of a project."""
    for kind in ("VIEW", "MATERIALIZED_VIEW"):
        yield from database.catalog.rows.tables_of_type(cursor, project, kind)


def view_query(resource: dict[str, Any]) -> str:
    """The query of a view as it was written."""
    view = resource.get("view") or resource.get("materializedView") or {}
    return str(view.get("query", ""))


def remake(database: Database, cursor: DuckDBPyConnection, resource: dict[str, Any]) -> None:
    """Make a view of the query that it was made of, as BigQuery would read it now."""
    name = _name(resource)
    parent = resource.get(DEFAULT_DATASET)
    request = QueryRequest(
        view_query(resource),
        project=name.project,
        default_dataset=DatasetName(*parent) if parent else None,
    )
    known: list[Field] = resource["schema"]["fields"]
    try:
        select, found = view_select(cursor, Context(database, request, ScriptState()))
    except (BigQueryError, duckdb.Error) as error:
        fault = to_bigquery_error(error) if isinstance(error, duckdb.Error) else error
        select, fields = _failing(fault, known), known
    else:
        fields = _described(found, known, resource.get(COLUMN_NAMES))
    names = ", ".join(quote(field["name"]) for field in fields)
    cursor.execute(
        f"CREATE OR REPLACE VIEW {name.to_sql()} AS SELECT * FROM ({select}) AS answer({names})"
    )
    if fields != known:
        database.catalog.put_table(cursor, name, {**resource, "schema": {"fields": fields}})


def _name(resource: dict[str, Any]) -> TableName:
    reference = resource["tableReference"]
    return TableName(*(reference[f"{key}Id"] for key in ("project", "dataset", "table")))


def _failing(fault: BigQueryError, fields: list[Field]) -> str:
    """The DuckDB query of no rows that fails with the reason where it is read."""
    nulls = (f"CAST(NULL AS {duckdb_type(field)})" for field in fields)
    failing = f"CAST(py_error({text_literal(fault.message)}) AS BOOLEAN)"
    return f"SELECT {', '.join(nulls)} WHERE {failing}"


def _described(found: list[Field], known: list[Field], names: list[str] | None) -> list[Field]:
    """The fields of a query under the names that the view has given, with their descriptions."""
    if names is not None and len(names) == len(found):
        found = [{**field, "name": name} for field, name in zip(found, names, strict=True)]
    descriptions = {field["name"].lower(): field.get("description") for field in known}
    described = []
    for field in found:
        description = descriptions.get(field["name"].lower())
        described.append(field if description is None else {**field, "description": description})
    return described
