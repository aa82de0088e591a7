"""INFORMATION_SCHEMA: what there is, as tables that a query reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlglot
from duckdb import DuckDBPyConnection
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.catalog import Catalog
from ml_api_kit.gcp_accessor.local.bigquery.coercion import standard_type
from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, quote, text_literal
from ml_api_kit.gcp_accessor.local.bigquery.parameters import marked
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest

_TABLES = [
    "table_catalog",
    "table_schema",
    "table_name",
    "table_type",
    "is_insertable_into",
    "creation_time",
]
_COLUMNS = [
    "table_catalog",
    "table_schema",
    "table_name",
    "column_name",
    "ordinal_position",
    "is_nullable",
    "data_type",
]
_SCHEMATA = ["catalog_name", "schema_name", "location"]

Row = list[Any]


def read_information_schema(
    tree: exp.Expr, database: Database, cursor: DuckDBPyConnection, request: QueryRequest
) -> None:
    """Put the rows of each view of INFORMATION_SCHEMA in the place of its name.

    Raises BigQueryError: for a view that is not supported.
    """
    dataset = request.default_dataset.dataset if request.default_dataset else None
    for table in list(tree.find_all(exp.Table)):
        parts = [piece for part in table.parts for piece in part.name.split(".")]
        upper = [part.upper() for part in parts]
        if "INFORMATION_SCHEMA" not in upper:
            continue
        place = upper.index("INFORMATION_SCHEMA")
        name = ".".join(upper[place + 1 :])
        chosen = (
            parts[place - 1] if place and not parts[place - 1].startswith("region-") else dataset
        )
        alias = table.alias or name
        sql = _view_sql(name, database.catalog, cursor, request.project, chosen)
        view = sqlglot.parse_one(sql, read="duckdb")
        for node in view.walk():
            marked(node)
        named = exp.TableAlias(this=exp.to_identifier(alias, quoted=True))
        table.replace(exp.Subquery(this=view, alias=named))


def _view_sql(
    name: str, catalog: Catalog, cursor: DuckDBPyConnection, project: str, dataset: str | None
) -> str:
    if name == "SCHEMATA":
        found = catalog.datasets(cursor, project)
        rows = [[project, d["datasetReference"]["datasetId"], d["location"]] for d in found]
        return _rows_sql(_SCHEMATA, rows, {})
    if name not in ("TABLES", "COLUMNS") or dataset is None:
        raise unsupported(f"INFORMATION_SCHEMA.{name}")
    tables = catalog.tables(cursor, DatasetName(project, dataset))
    if name == "TABLES":
        return _rows_sql(_TABLES, list(map(_table_row, tables)), {"creation_time": "TIMESTAMPTZ"})
    rows = [row for table in tables for row in _column_rows(table)]
    return _rows_sql(_COLUMNS, rows, {"ordinal_position": "BIGINT"})


def _reference(table: dict[str, Any]) -> Row:
    reference = table["tableReference"]
    return [reference["projectId"], reference["datasetId"], reference["tableId"]]


def _table_row(table: dict[str, Any]) -> Row:
    is_view = table["type"] == "VIEW"
    kind = "VIEW" if is_view else "BASE TABLE"
    return [*_reference(table), kind, "NO" if is_view else "YES", int(table["creationTime"])]


def _column_rows(table: dict[str, Any]) -> Iterator[Row]:
    for position, field in enumerate(table["schema"]["fields"], start=1):
        is_nullable = "NO" if field["mode"] == "REQUIRED" else "YES"
        yield [*_reference(table), field["name"], position, is_nullable, standard_type(field)]


def _rows_sql(names: list[str], rows: list[Row], types: dict[str, str]) -> str:
    columns = ", ".join(
        f"make_timestamptz({quote(name)} * 1000) AS {quote(name)}"
        if types.get(name) == "TIMESTAMPTZ"
        else f"CAST({quote(name)} AS {types.get(name, 'VARCHAR')}) AS {quote(name)}"
        for name in names
    )
    empty = ", ".join("0" if name in types else "''" for name in names)
    values = ", ".join(
        "(" + ", ".join(str(v) if isinstance(v, int) else text_literal(v) for v in row) + ")"
        for row in rows
    )
    listed = ", ".join(map(quote, names))
    condition = "" if rows else " WHERE FALSE"
    return f"SELECT {columns} FROM (VALUES {values or f'({empty})'}) AS rows({listed}){condition}"
