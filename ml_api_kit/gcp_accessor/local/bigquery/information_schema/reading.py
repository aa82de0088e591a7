"""Finds the views of INFORMATION_SCHEMA in a statement, and puts their rows in their places."""

from __future__ import annotations

import re
from functools import cache

import sqlglot
from duckdb import DuckDBPyConnection
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.information_schema import (
    jobs,
    keys,
    routines,
    storage,
    tables,
)
from ml_api_kit.gcp_accessor.local.bigquery.information_schema.view import Place, View
from ml_api_kit.gcp_accessor.local.bigquery.names import META_TABLES
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.translation.parameters import marked

_REGION = re.compile(r"region-[\w-]+", re.IGNORECASE)


@cache
def _views() -> dict[str, View]:
    return tables.VIEWS | routines.VIEWS | keys.VIEWS | storage.VIEWS | jobs.VIEWS


def read_information_schema(
    tree: exp.Expr, database: Database, cursor: DuckDBPyConnection, request: QueryRequest
) -> None:
    """Put the rows of each view of INFORMATION_SCHEMA in the place of its name.

    Raises BigQueryError: for a view, or a column of one, that is not supported.
    """
    for table in list(tree.find_all(exp.Table)):
        parts = [piece for part in table.parts for piece in part.name.split(".")]
        upper = [part.upper() for part in parts]
        if upper[-1] in META_TABLES:
            # It is a table of the dataset, and not of its INFORMATION_SCHEMA.
            split, name = len(upper) - 1, upper[-1]
        elif "INFORMATION_SCHEMA" in upper:
            split = upper.index("INFORMATION_SCHEMA")
            name = ".".join(upper[split + 1 :])
        else:
            continue
        view = _views().get(name)
        if view is None:
            raise unsupported(f"INFORMATION_SCHEMA.{name}")
        place = _place(view, name, parts[:split], database, cursor, request)
        _refuse_columns(tree, name, view)
        rows = sqlglot.parse_one(view.to_sql(place), read="duckdb")
        for node in rows.walk():
            marked(node)
        alias = exp.TableAlias(this=exp.to_identifier(table.alias or name, quoted=True))
        table.replace(exp.Subquery(this=rows, alias=alias))


def _place(
    view: View,
    name: str,
    before: list[str],
    database: Database,
    cursor: DuckDBPyConnection,
    request: QueryRequest,
) -> Place:
    names = [part for part in before if not _REGION.fullmatch(part)]
    is_of_region = len(names) < len(before)
    if view.is_of_project or is_of_region:
        project = names[0] if names else request.project
        return Place(database, cursor, project, None)
    if names:
        project = names[0] if len(names) == 2 else request.project
        return Place(database, cursor, project, names[-1])
    if request.default_dataset is None:
        raise invalid_query(
            f'Table "INFORMATION_SCHEMA.{name}" must be qualified with a dataset '
            "(e.g. dataset.table)."
        )
    default = request.default_dataset
    return Place(database, cursor, default.project, default.dataset)


def _refuse_columns(tree: exp.Expr, name: str, view: View) -> None:
    lacking = set(view.lacks.split())
    for column in tree.find_all(exp.Column):
        if column.name.lower() in lacking:
            raise unsupported(f"the column {column.name} of INFORMATION_SCHEMA.{name}")
