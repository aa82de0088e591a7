"""Views that call functions, whose bodies stand in them: made anew when a function changes."""

from __future__ import annotations

import re

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName
from ml_api_kit.gcp_accessor.local.bigquery.tables.remade_views import (
    remake,
    view_query,
    views_of,
)

_WORD = re.compile(r"\w+")


def remake_views(
    database: Database, cursor: DuckDBPyConnection, project: str, routine: str
) -> None:
    """Make each view anew that may call a routine of the name, itself or by way of another."""
    names = _with_callers(database, cursor, routine.lower())
    for resource in views_of(database, cursor, project):
        if not names.isdisjoint(_words(view_query(resource))):
            remake(database, cursor, resource)


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
