"""Views that call functions: each is made anew when a function changes, as BigQuery would read it.

A view is kept in DuckDB's SQL, in which the bodies of functions stand. Its name, its columns and
its resource stay; where its query does not hold any more, reading it fails with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.fields import duckdb_type
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    DatasetName,
    TableName,
    quote,
    text_literal,
)
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptState
from ml_api_kit.gcp_accessor.local.bigquery.tables.views import DEFAULT_DATASET, view_select

_WORD = re.compile(r"\w+")


def remake_views(
    database: Database, cursor: DuckDBPyConnection, project: str, routine: str
) -> None:
    """Make each view anew that may call a routine of the name, itself or by way of another."""
    names = _with_callers(database, cursor, routine.lower())
    for resource in _views(database, cursor, project):
        if not names.isdisjoint(_words(_query(resource))):
            _remake(database, cursor, resource)


def drop_dataset(
    database: Database, cursor: DuckDBPyConnection, name: DatasetName, *, has_contents_deleted: bool
) -> None:
    """Drop a dataset; views elsewhere that call its functions fail from now on.

    Raises BigQueryError: 404, when it is not there; 400, when it holds something that stays.
    """
    catalog = database.catalog
    routines = catalog.routines.of_dataset(cursor, name)
    catalog.drop_dataset(cursor, name, has_contents_deleted=has_contents_deleted)
    for resource in routines:
        remake_views(database, cursor, name.project, resource["routineReference"]["routineId"])


def _views(
    database: Database, cursor: DuckDBPyConnection, project: str
) -> Iterator[dict[str, Any]]:
    for kind in ("VIEW", "MATERIALIZED_VIEW"):
        yield from database.catalog.tables_of_type(cursor, project, kind)


def _query(resource: dict[str, Any]) -> str:
    view = resource.get("view") or resource.get("materializedView") or {}
    return str(view.get("query", ""))


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _with_callers(database: Database, cursor: DuckDBPyConnection, routine: str) -> set[str]:
    """The name and those of all routines whose bodies have it, or that of such a one."""
    bodies = {name.lower(): _words(body) for name, body in database.catalog.routines.bodies(cursor)}
    found, waiting = {routine}, [routine]
    while waiting:
        called = waiting.pop()
        callers = {name for name, words in bodies.items() if called in words} - found
        found |= callers
        waiting += callers
    return found


def _remake(database: Database, cursor: DuckDBPyConnection, resource: dict[str, Any]) -> None:
    reference = resource["tableReference"]
    name = TableName(*(reference[f"{key}Id"] for key in ("project", "dataset", "table")))
    parent = resource.get(DEFAULT_DATASET)
    request = QueryRequest(
        _query(resource),
        project=name.project,
        default_dataset=DatasetName(*parent) if parent else None,
    )
    fields = resource["schema"]["fields"]
    names = [quote(field["name"]) for field in fields]
    try:
        select, found = view_select(cursor, Context(database, request, ScriptState()))
    except (BigQueryError, duckdb.Error) as error:
        fault = to_bigquery_error(error) if isinstance(error, duckdb.Error) else error
        nulls = (f"CAST(NULL AS {duckdb_type(field)})" for field in fields)
        failing = f"CAST(py_error({text_literal(fault.message)}) AS BOOLEAN)"
        select, found = f"SELECT {', '.join(nulls)} WHERE {failing}", fields
    if len(found) != len(fields):
        names = [quote(field["name"]) for field in found]
    cursor.execute(
        f"CREATE OR REPLACE VIEW {name.to_sql()} AS "
        f"SELECT * FROM ({select}) AS answer({', '.join(names)})"
    )
