"""INSERT, UPDATE, DELETE and MERGE: statements that change the rows of one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from duckdb import DuckDBPyConnection
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.dml_changes import (
    repeated_match,
    spell_out_merge,
    spell_out_update,
    value_for,
)
from ml_api_kit.gcp_accessor.local.bigquery.dml_parts import put_parts, reachable
from ml_api_kit.gcp_accessor.local.bigquery.dml_shapes import check_shape
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    invalid_query,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.tables.default_values import default_of, default_sql
from ml_api_kit.gcp_accessor.local.bigquery.tables.fitting import check_nested
from ml_api_kit.gcp_accessor.local.bigquery.tables.hidden_columns import hidden_fields
from ml_api_kit.gcp_accessor.local.bigquery.tables.planned_values import PlannedValue, put_values
from ml_api_kit.gcp_accessor.local.bigquery.translation.coercion import coerced_sql
from ml_api_kit.gcp_accessor.local.bigquery.translation.set_operations import reconcile
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import table_name, to_duckdb_sql

DML: dict[type[exp.Expr], str] = {
    exp.Insert: "INSERT",
    exp.Update: "UPDATE",
    exp.Delete: "DELETE",
    exp.Merge: "MERGE",
}
_WRONG_MATCH = "UPDATE/MERGE must match at most one source row for each target row"


@dataclass(frozen=True, slots=True)
class _Change:
    """A DML statement in DuckDB's SQL: its table, what it reads, and what must have no rows."""

    name: TableName
    sql: str
    tables: tuple[TableName, ...]
    fault_sql: str | None = None


def run_dml(context: Context, tree: exp.Expr) -> QueryResult:
    """The number of rows that a DML statement has changed.

    Raises BigQueryError: when it is wrong or not supported; nothing is changed then.
    """
    kind = DML[type(tree)]
    with context.database.writing() as cursor:
        change = _change(context, cursor, tree)
        if change.fault_sql is not None and cursor.execute(change.fault_sql).fetchone():
            raise invalid_query(_WRONG_MATCH)
        counts = _run(cursor, change.sql, kind)
        fields = context.database.catalog.table(cursor, change.name)["schema"]["fields"]
        check_nested(cursor, change.name.to_sql(), fields)
    size = sum(context.database.size_bytes(table) for table in change.tables)
    total = sum(counts.values())
    context.state.row_count = total
    return QueryResult(
        kind,
        affected_row_count=total,
        size_bytes=size,
        tables=change.tables,
        dml_counts=dict(counts),
    )


def _run(cursor: DuckDBPyConnection, sql: str, kind: str) -> Counter[str]:
    if kind == "MERGE":
        return Counter(
            str(row[0]) for row in cursor.execute(f"{sql} RETURNING merge_action").fetchall()
        )
    row = cursor.execute(sql).fetchone()
    return Counter({kind: int(row[0]) if row else 0})


def plan_dml(context: Context, tree: exp.Expr) -> QueryResult:
    """The bytes that a DML statement would read; nothing is changed."""
    with context.database.reading() as cursor:
        change = _change(context, cursor, tree)
        cursor.execute(f"EXPLAIN {change.sql}")
    is_insert = isinstance(tree, exp.Insert)
    read = {table for table in change.tables if table != change.name or not is_insert}
    size = sum(context.database.size_bytes(table) for table in read)
    return QueryResult(DML[type(tree)], size_bytes=size, tables=change.tables)


def _change(context: Context, cursor: DuckDBPyConnection, tree: exp.Expr) -> _Change:
    if isinstance(tree, exp.Delete) and tree.args.get("tables"):
        # `DELETE t WHERE …` without FROM.
        tree.set("this", tree.args["tables"][0])
        tree.set("tables", tree.args["tables"][1:])
    check_shape(tree)
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    if not isinstance(target, exp.Table):
        raise unsupported(tree.sql("bigquery")[:60])
    name = table_name(target, context.scope)
    resource = context.database.catalog.table(cursor, name)
    if resource["type"] != "TABLE":
        raise invalid_query(f"Cannot change {name}, which has type {resource['type']}")
    fields = {field["name"].lower(): field for field in resource["schema"]["fields"]}
    hidden = {field["name"].lower(): field for field in hidden_fields(resource)}
    if isinstance(tree, exp.Insert):
        sql, tables = _insert_sql(context, cursor, tree, name, fields, hidden)
        change = _Change(name, sql, tables)
    else:
        change = _changing(context, cursor, tree, name, fields, hidden)
    return change


def _changing(
    context: Context,
    cursor: DuckDBPyConnection,
    tree: exp.Expr,
    name: TableName,
    fields: dict[str, Field],
    hidden: dict[str, Field],
) -> _Change:
    if tree.args.get("where") is None and not isinstance(tree, exp.Merge):
        raise invalid_query(f"{DML[type(tree)]} must have a WHERE clause")
    if isinstance(tree, exp.Update):
        spell_out_update(tree, fields | hidden, tree.this.alias_or_name)
    if isinstance(tree, exp.Merge):
        spell_out_merge(tree, fields, hidden, lambda: _source_names(context, cursor, tree))
    expanded = context.expand(tree)
    translation = context.translate_expanded(expanded)
    context.database.planner.check_tables(cursor, translation)
    reconcile(expanded, cursor)
    is_typed = translation.has_typed_places
    put_parts(context.database, cursor, expanded, fields | hidden, is_typed=is_typed)
    if isinstance(expanded, exp.Merge):
        whens = expanded.args["whens"]
        whens.set("expressions", reachable(whens.expressions))
    may_repeat = expanded.args.get("from_") or isinstance(expanded, exp.Merge)
    fault = repeated_match(expanded) if may_repeat else None
    fault_sql = to_duckdb_sql(fault) if fault is not None else None
    return _Change(name, to_duckdb_sql(expanded), translation.tables, fault_sql)


def _source_names(context: Context, cursor: DuckDBPyConnection, tree: exp.Merge) -> list[str]:
    """The columns of a MERGE's source, in their order."""
    source = exp.From(this=tree.args["using"].copy())
    query = context.translate(exp.Select(expressions=[exp.Star()], from_=source))
    return list(context.database.planner.relation(cursor, query)[1].columns)


def _insert_sql(
    context: Context,
    cursor: DuckDBPyConnection,
    tree: exp.Insert,
    name: TableName,
    fields: dict[str, Field],
    hidden: dict[str, Field],
) -> tuple[str, tuple[TableName, ...]]:
    columns, source = _insert_columns(tree, name, fields, hidden), tree.expression
    given = {field["name"] for field in columns}
    defaults = [
        field
        for field in fields.values()
        if field["name"] not in given and field.get("defaultValueExpression") is not None
    ]
    names = ", ".join(quote(field["name"]) for field in [*columns, *defaults])
    head = f"INSERT INTO {name.to_sql()} ({names})"
    if isinstance(source, exp.Values):
        sql, tables = _values_sql(context, cursor, source, columns, defaults)
        return f"{head} {sql}", tables
    sql, tables = _selected_sql(context, cursor, source, columns, defaults)
    return f"{head} {sql}", tables


def _insert_columns(
    tree: exp.Insert, name: TableName, fields: dict[str, Field], hidden: dict[str, Field]
) -> list[Field]:
    if not isinstance(tree.this, exp.Schema):
        return list(fields.values())
    columns: list[Field] = []
    for identifier in tree.this.expressions:
        field = (fields | hidden).get(identifier.name.lower())
        if field is None:
            raise invalid_query(
                f"Column {identifier.name} is not present in table "
                f"{name.project}.{name.dataset}.{name.table}"
            )
        if field in columns:
            raise invalid_query(f"INSERT has columns with duplicate name: {identifier.name}")
        columns.append(field)
    return columns


def _selected_sql(
    context: Context,
    cursor: DuckDBPyConnection,
    source: exp.Expr,
    columns: list[Field],
    defaults: list[Field],
) -> tuple[str, tuple[TableName, ...]]:
    query = context.translate(source)
    sql, relation = context.database.planner.relation(cursor, query)
    if len(relation.columns) != len(columns):
        raise _wrong_count(len(relation.columns), len(columns))
    places = [quote(f"column_{position}") for position in range(len(columns))]
    values = [
        coerced_sql(place, kind, field, _mismatch(position, field))
        for position, (place, kind, field) in enumerate(
            zip(places, relation.types, columns, strict=True), start=1
        )
    ]
    values += [default_sql(context, field) for field in defaults]
    listed = f"SELECT {', '.join(values)} FROM ({sql}) AS source({', '.join(places)})"
    return listed, query.tables


def _mismatch(position: int, field: Field) -> Callable[[str, str], BigQueryError]:
    def error(given: str, wanted: str) -> BigQueryError:
        return invalid_query(
            f"Query column {position} has type {given} which cannot be inserted into column "
            f"{field['name']}, which has type {wanted}"
        )

    return error


def _values_sql(
    context: Context,
    cursor: DuckDBPyConnection,
    source: exp.Values,
    columns: list[Field],
    defaults: list[Field],
) -> tuple[str, tuple[TableName, ...]]:
    # The VALUES node stays the parent, so that each value is rewritten in its place.
    wanted = [*columns, *defaults]
    for row in list(source.expressions):
        values = row.expressions if isinstance(row, exp.Tuple) else [row]
        if len(values) != len(columns):
            raise _wrong_count(len(values), len(columns))
        filled = [value_for(v, field) for v, field in zip(values, columns, strict=True)]
        filled += [default_of(field) for field in defaults]
        row.replace(exp.Tuple(expressions=filled))
    expanded = context.expand(source)
    translated = context.translate_expanded(expanded)
    context.database.planner.check_tables(cursor, translated)
    reconcile(expanded, cursor)
    values = [
        PlannedValue(value, field, is_inserted=True)
        for row in expanded.expressions
        for value, field in zip(row.expressions, wanted, strict=True)
    ]
    put_values(context.database, cursor, values, is_typed=translated.has_typed_places)
    return to_duckdb_sql(expanded), translated.tables


def _wrong_count(given: int, wanted: int) -> BigQueryError:
    return invalid_query(f"Inserted row has wrong column count; Has {given}, expected {wanted}")
