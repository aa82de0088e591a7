"""What a view of INFORMATION_SCHEMA is: columns, and rows that are made when it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, quote, text_literal

Row = list[Any]
Resource = dict[str, Any]

_DUCKDB = {"STRING": "VARCHAR", "INT64": "BIGINT", "BOOL": "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class Place:
    """What a view is read of: a project, and one of its datasets or all of them."""

    database: Database
    cursor: DuckDBPyConnection
    project: str
    dataset: str | None

    def datasets(self) -> list[DatasetName]:
        """The datasets that the view tells of.

        Raises BigQueryError: 404, when the one that is named is not there.
        """
        catalog = self.database.catalog
        if self.dataset is not None:
            name = DatasetName(self.project, self.dataset)
            catalog.dataset(self.cursor, name)
            return [name]
        found = catalog.rows.datasets(self.cursor, self.project)
        return [DatasetName(self.project, d["datasetReference"]["datasetId"]) for d in found]

    def tables(self) -> Iterator[Resource]:
        """The tables and views of these datasets."""
        for name in self.datasets():
            yield from self.database.catalog.rows.tables(self.cursor, name)

    def routines(self) -> Iterator[Resource]:
        """The routines of these datasets."""
        for name in self.datasets():
            yield from self.database.catalog.routines.of_dataset(self.cursor, name)


@dataclass(frozen=True, slots=True)
class View:
    """A view: its columns as `name` or `name TYPE`, those it lacks here, and its rows."""

    columns: str
    rows: Callable[[Place], Iterable[Row]]
    lacks: str = ""
    is_of_project: bool = False

    def to_sql(self, place: Place) -> str:
        """The DuckDB query of the view's rows."""
        columns = [(*line.split(), "STRING")[:2] for line in self.columns.split(",")]
        selected = ", ".join(_column_sql(name, kind) for name, kind in columns)
        values = [f"({', '.join(map(_literal, row))})" for row in self.rows(place)]
        nothing = f"({', '.join('NULL' for _ in columns)})"
        names = ", ".join(quote(name) for name, _ in columns)
        condition = "" if values else " WHERE FALSE"
        listed = ", ".join(values) or nothing
        return f"SELECT {selected} FROM (VALUES {listed}) AS rows({names}){condition}"


def _column_sql(name: str, kind: str) -> str:
    column = quote(name)
    if kind == "TIMESTAMP":
        return f"make_timestamptz(CAST({column} AS BIGINT) * 1000) AS {column}"
    return f"CAST({column} AS {_DUCKDB[kind]}) AS {column}"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int) else text_literal(str(value))


def names_of(table: Resource) -> Row:
    """The project, dataset and name of a table."""
    reference = table["tableReference"]
    return [reference["projectId"], reference["datasetId"], reference["tableId"]]


def yes_no(*, holds: bool) -> str:
    """`YES` or `NO`.

    >>> yes_no(holds=True)
    'YES'
    """
    return "YES" if holds else "NO"
