"""Values on their way into columns by VALUES, UPDATE and MERGE, by the types that DuckDB plans.

1. ask DuckDB for the types of all values       `SELECT [1, 2], s.home FROM …`
2. coerce each as BigQuery does, or refuse it   `[1, 2]` into `ARRAY<FLOAT64>`, not `[1.5]` into
                                                `ARRAY<INT64>`; structs by the place of their fields
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection
from duckdb.sqltypes import DuckDBPyType
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type, standard_type
from ml_api_kit.gcp_accessor.local.bigquery.tables.assignment import assigned, constant_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.coercion import Mismatch, coerced_sql
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, cast, named, number
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import (
    Translation,
    to_duckdb_sql,
)

# DuckDB plans so many values at once; a statement of many rows has more.
_CHUNK = 500
_GIVEN = "given"
_PLAIN = (exp.Literal, exp.Boolean, exp.Null)


@dataclass(frozen=True, slots=True)
class PlannedValue:
    """A translated value in its place in a statement, and the field that it goes into."""

    node: exp.Expr
    field: Field
    is_inserted: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether its type is told by the value itself."""
        return not _is_nested(self.field) and isinstance(self.node, _PLAIN)

    def coerced(self, kind: DuckDBPyType) -> exp.Expr:
        """The value of the planned type in the type of its field.

        Raises BigQueryError: when BigQuery does not coerce the one to the other.
        """
        mismatch = _mismatch(self.field, is_inserted=self.is_inserted)
        sql = coerced_sql(_GIVEN, kind, self.field, mismatch)
        target = duckdb_type(self.field)
        if sql == f"CAST({_GIVEN} AS {target})":
            return cast(self.node.copy(), target)
        # The value stands once in the SQL: it may be a query, or differ each time.
        applied = exp.Var(this=f"lambda {_GIVEN}: {sql}")
        return call(
            "list_extract",
            call("list_transform", exp.Array(expressions=[self.node.copy()]), applied),
            number(1),
        )


def put_values(
    database: Database,
    cursor: DuckDBPyConnection,
    values: Sequence[PlannedValue],
    rows: exp.Select | None = None,
    *,
    is_typed: bool = False,
) -> None:
    """Put each value in its place in the type of its field.

    They are values of the rows of the SELECT, where it is given, whose own items are planned too;
    `is_typed` says whether a rule of types may be broken in them.

    Raises BigQueryError: when one has a type that its field does not take, or is wrong itself.
    """
    planned = list[PlannedValue]()
    for value in values:
        constant = constant_of(value.node, value.field)
        if constant is not None:
            value.node.replace(constant)
        elif value.is_plain and rows is None:
            value.node.replace(
                assigned(value.node.copy(), value.field, is_inserted=value.is_inserted)
            )
        else:
            planned.append(value)
    select = exp.Select() if rows is None else rows
    for start in range(0, len(planned), _CHUNK) or ([0] if select.expressions else []):
        chunk = planned[start : start + _CHUNK]
        types = _types(database, cursor, chunk, select, is_typed=is_typed)
        for value, kind in zip(chunk, types, strict=True):
            value.node.replace(value.coerced(kind))


def _types(
    database: Database,
    cursor: DuckDBPyConnection,
    values: Sequence[PlannedValue],
    select: exp.Select,
    *,
    is_typed: bool,
) -> list[DuckDBPyType]:
    items = [*(value.node.copy() for value in values), *select.expressions]
    query = select.copy()
    query.set("expressions", [named(item, f"item_{place}") for place, item in enumerate(items)])
    planned = Translation(to_duckdb_sql(query), (), None, query, has_typed_places=is_typed)
    types: list[DuckDBPyType] = database.planner.relation(cursor, planned)[1].types
    return types[: len(values)]


def _is_nested(field: Field) -> bool:
    return field["mode"] == "REPEATED" or field["type"] in ("RECORD", "RANGE")


def _mismatch(field: Field, *, is_inserted: bool) -> Mismatch:
    wanted = f"{field['name']}, which has type {standard_type(field)}"
    if is_inserted:
        return lambda given, _: invalid_query(
            f"Value has type {given} which cannot be inserted into column {wanted}"
        )
    return lambda given, _: invalid_query(f"Value of type {given} cannot be assigned to {wanted}")
