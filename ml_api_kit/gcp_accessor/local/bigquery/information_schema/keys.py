"""KEY_COLUMN_USAGE, TABLE_CONSTRAINTS and CONSTRAINT_COLUMN_USAGE.

Source: https://cloud.google.com/bigquery/docs/information-schema-key-column-usage
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.information_schema.view import (
    Place,
    Resource,
    Row,
    View,
    names_of,
)


def _primary(table: Resource) -> list[str]:
    constraints = table.get("tableConstraints") or {}
    columns: list[str] = (constraints.get("primaryKey") or {}).get("columns") or []
    return columns


def _foreign(table: Resource) -> Iterator[tuple[str, dict[str, Any]]]:
    keys = (table.get("tableConstraints") or {}).get("foreignKeys") or []
    for number, key in enumerate(keys, start=1):
        yield key.get("name") or f"fk${number}", key


def _constraint(table: Resource, name: str) -> Row:
    project, dataset, own = names_of(table)
    return [project, dataset, f"{own}.{name}"]


def _key_columns(place: Place) -> Iterator[Row]:
    for table in place.tables():
        for position, column in enumerate(_primary(table), start=1):
            yield [*_constraint(table, "pk$"), *names_of(table), column, position, None]
        for name, key in _foreign(table):
            for position, pair in enumerate(key["columnReferences"], start=1):
                column = pair["referencingColumn"]
                names = [*_constraint(table, name), *names_of(table)]
                yield [*names, column, position, position]


def _constraints(place: Place) -> Iterator[Row]:
    for table in place.tables():
        found = [("pk$", "PRIMARY KEY")] if _primary(table) else []
        found += [(name, "FOREIGN KEY") for name, _ in _foreign(table)]
        for name, kind in found:
            yield [*_constraint(table, name), *names_of(table), kind, "NO", "NO", "NO"]


def _columns(place: Place) -> Iterator[Row]:
    for table in place.tables():
        for column in _primary(table):
            yield [*names_of(table), column, *_constraint(table, "pk$")]
        for name, key in _foreign(table):
            other = key["referencedTable"]
            for pair in key["columnReferences"]:
                names = [other["projectId"], other["datasetId"], other["tableId"]]
                yield [*names, pair["referencedColumn"], *_constraint(table, name)]


_CONSTRAINT = "constraint_catalog,constraint_schema,constraint_name"
_TABLE = "table_catalog,table_schema,table_name"

VIEWS = {
    "KEY_COLUMN_USAGE": View(
        f"{_CONSTRAINT},{_TABLE},column_name,ordinal_position INT64,"
        "position_in_unique_constraint INT64",
        _key_columns,
    ),
    "TABLE_CONSTRAINTS": View(
        f"{_CONSTRAINT},{_TABLE},constraint_type,is_deferrable,initially_deferred,enforced",
        _constraints,
    ),
    "CONSTRAINT_COLUMN_USAGE": View(f"{_TABLE},column_name,{_CONSTRAINT}", _columns),
}
