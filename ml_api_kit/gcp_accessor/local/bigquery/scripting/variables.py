"""Variables of a script: declared, set, and read by the conditions of its control flow.

A value lives in a variable of DuckDB's session, in its own type; nothing is ever written as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from duckdb.sqltypes import DuckDBPyType
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.columns import Columns, read_type
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    invalid_query,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import (
    Field,
    check_fields,
    duckdb_type,
    field_from_duckdb,
)
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptVariable
from ml_api_kit.gcp_accessor.local.bigquery.scripting.nodes import (
    Assign,
    AssignSystem,
    Declare,
    ExecuteImmediate,
    ForEach,
)
from ml_api_kit.gcp_accessor.local.bigquery.scripting.steps import Steps
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.tables.fitting import checked_sql
from ml_api_kit.gcp_accessor.local.bigquery.translation.coercion import coerced_sql, literals_as
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import named

_BOOL: Field = {"name": "condition", "type": "BOOLEAN", "mode": "NULLABLE"}
_TEXT: Field = {"name": "text", "type": "STRING", "mode": "NULLABLE"}


def declare(context: Context, steps: Steps, node: Declare) -> None:
    """Make the variables of a DECLARE, each with its default or NULL."""
    first = node.names[0]
    field = read_type(SqlReader(node.kind), first, Columns()) if node.kind else None
    if field is not None:
        [field] = check_fields([field])
    if node.default is not None:
        value = evaluate(context, steps, node.default, field)
    else:
        assert field is not None
        value = null_of(field)
    for name in node.names:
        put(context, name, value)


def assign(context: Context, steps: Steps, node: Assign) -> None:
    """Give the variables of a SET their new values, all of them at once."""
    targets = [_get(context, name) for name in node.names]
    if not node.is_struct:
        value = evaluate(context, steps, node.value, targets[0].field)
        store(context, targets[0].slot, value.sql)
        return
    _refuse_twice(node.names)
    members = [{**t.field, "name": f"v{i}"} for i, t in enumerate(targets)]
    struct: Field = {"name": "values", "type": "RECORD", "mode": "NULLABLE", "fields": members}
    value = evaluate(context, steps, node.value, struct)
    store(context, "assigned", value.sql)
    for position, target in enumerate(targets):
        member = f"struct_extract(getvariable('assigned'), 'v{position}')"
        store(context, target.slot, f"SELECT {member}")


def _refuse_twice(names: tuple[str, ...]) -> None:
    lowered = [name.lower() for name in names]
    for name in lowered:
        if lowered.count(name) > 1:
            raise invalid_query(f"Assigning multiple values to variable: {name}")


def assign_system(context: Context, node: AssignSystem) -> None:
    """Set a system variable.

    Raises BigQueryError: when it cannot be set, or not to another value than the one it has.
    """
    if node.name == "time_zone":
        if text(context, node.value) not in ("UTC", "Etc/UTC"):
            raise unsupported("another @@time_zone than UTC")
        return
    raise unsupported(f"SET @@{node.name}")


def assign_row(context: Context, node: ExecuteImmediate, result: QueryResult | None) -> None:
    """Give the variables of EXECUTE IMMEDIATE … INTO the one row of the answer, or NULL."""
    if result is None or result.table_sql is None:
        raise invalid_query("EXECUTE IMMEDIATE with INTO clause must use a query statement")
    if result.row_count > 1:
        raise invalid_query("DynamicSQL may only return 0 or 1 rows with INTO clause")
    if len(result.fields) != len(node.into):
        raise invalid_query(
            "Variables returned by Dynamic SQL do not match number of variables in INTO clause, "
            f"expected {len(node.into)} columns, but got {len(result.fields)}"
        )
    for name, field in zip(node.into, result.fields, strict=True):
        target = _get(context, name)
        with context.database.reading() as cursor:
            column = f"SELECT {quote(field['name'])} AS value FROM {result.table_sql}"
            kind = cursor.sql(column).types[0]
        value = checked_sql(
            coerced_sql("value", kind, target.field, _into_mismatch(name)), target.field
        )
        store(context, target.slot, f"SELECT {value} FROM ({column})")


def _into_mismatch(name: str) -> Callable[[str, str], BigQueryError]:
    return lambda given, wanted: invalid_query(
        f"Value returned by Dynamic SQL has type {given} which is not assignable to variable "
        f"{name}, which has type {wanted}"
    )


@dataclass(frozen=True, slots=True)
class Value:
    """A DuckDB query of one value, and the field that says its type."""

    sql: str
    field: Field


def null_of(field: Field) -> Value:
    """NULL of the type of a field."""
    return Value(f"SELECT CAST(NULL AS {duckdb_type(field)})", field)


def put(context: Context, name: str, value: Value) -> ScriptVariable:
    """The new variable of this procedure or script with the value."""
    slot = f"v{context.state.depth}_{name.lower()}"
    variable = ScriptVariable(slot, {**value.field, "name": name})
    store(context, variable.slot, value.sql)
    context.state.variables[name.lower()] = variable
    return variable


def store(context: Context, slot: str, sql: str) -> None:
    """Put what a DuckDB query of one value gives into a variable of the session."""
    with context.database.reading() as cursor:
        cursor.execute(f"SET VARIABLE {quote(slot)} = ({sql})")


def _get(context: Context, name: str) -> ScriptVariable:
    found = context.state.variables.get(name.lower())
    if found is None:
        raise invalid_query(f"Undeclared variable: {name}")
    return found


def _mismatch(place: Fragment) -> Callable[[str, str], BigQueryError]:
    return lambda given, wanted: invalid_query(
        f"Unable to coerce type {given} to expected type {wanted} at [{place.line}:{place.column}]"
    )


def evaluate(context: Context, steps: Steps, source: Fragment, field: Field | None) -> Value:
    """The value of an expression, coerced to the field where there is one.

    An expression that reads tables is a step of the script.
    """
    tree = context.parse_expression(source)
    if field is not None:
        tree = literals_as(tree, field)
    return _evaluated(context, steps, source, tree, field)


def _evaluated(
    context: Context, steps: Steps, source: Fragment, tree: exp.Expr, field: Field | None
) -> Value:
    select = exp.Select(expressions=[named(tree, "f0_")])
    if tree.find(exp.Query) is None:
        query = context.translate(select)
        with context.database.reading() as cursor:
            sql, relation = context.database.planner.relation(cursor, query)
        return _coerced(sql, relation.types[0], field, source)
    with steps.step(source, "EXPRESSION") as told:
        query = context.translate(select)
        with context.database.reading() as cursor:
            sql, _ = context.database.planner.relation(cursor, query)
            table_sql, count = context.database.keep_result(cursor, sql)
            kind = cursor.sql(f"SELECT f0_ FROM {table_sql}").types[0]
        shown = field_from_duckdb("f0_", kind)
        told.result = QueryResult(
            "SELECT", fields=[shown], table_sql=table_sql, row_count=count, tables=query.tables
        )
        return _coerced(f"SELECT f0_ FROM {table_sql}", kind, field, source)


def _coerced(sql: str, kind: DuckDBPyType, field: Field | None, source: Fragment) -> Value:
    wanted = field_from_duckdb("value", kind) if field is None else field
    value = checked_sql(coerced_sql("value", kind, wanted, _mismatch(source)), wanted)
    return Value(f"SELECT {value} FROM ({sql}) AS evaluated(value)", wanted)


def _python_value(context: Context, value: Value) -> Any:
    with context.database.reading() as cursor:
        row = cursor.execute(value.sql).fetchone()
    return row[0] if row else None


def holds(context: Context, steps: Steps, condition: Fragment) -> bool:
    """Whether a condition is true; NULL is not."""
    return _python_value(context, evaluate(context, steps, condition, _BOOL)) is True


def text(context: Context, source: Fragment) -> str | None:
    """The text that an expression of type STRING gives."""
    steps = Steps(context.database.current_session())
    value = _python_value(context, evaluate(context, steps, source, _TEXT))
    return None if value is None else str(value)


@contextmanager
def subject(
    context: Context, steps: Steps, source: Fragment | None
) -> Iterator[Callable[[Fragment], bool]]:
    """What tells whether a branch is taken: its condition holds, or equals the CASE's subject."""
    if source is None:
        yield lambda condition: holds(context, steps, condition)
        return
    chosen = put(context, "@subject", evaluate(context, steps, source, None))
    del context.state.variables["@subject"]

    def is_equal(condition: Fragment) -> bool:
        other = context.parse_expression(condition)
        tree = exp.EQ(this=chosen.to_node(), expression=exp.Paren(this=other))
        return _python_value(context, _evaluated(context, steps, condition, tree, _BOOL)) is True

    yield is_equal


@contextmanager
def rows(context: Context, steps: Steps, node: ForEach) -> Iterator[Callable[[], bool]]:
    """What puts the next row of a FOR's query into its variable, and tells whether there is one."""
    tree = context.parse(node.query)
    if not isinstance(tree, exp.Query):
        raise invalid_query("FOR … IN needs a query in parentheses")
    with steps.step(node.query, "EXPRESSION") as told, context.database.reading() as cursor:
        query = context.translate(tree)
        select, fields = context.database.planner.select_sql(cursor, query)
        table_sql, count = context.database.keep_result(cursor, select)
        told.result = QueryResult(
            "SELECT", fields=fields, table_sql=table_sql, row_count=count, tables=query.tables
        )
    record: Field = {"name": node.variable, "type": "RECORD", "mode": "NULLABLE", "fields": fields}
    members = ", ".join(f"{quote(f['name'])} := {quote(f['name'])}" for f in fields)
    position = -1

    def put_next() -> bool:
        nonlocal position
        position += 1
        sql = f"SELECT struct_pack({members}) FROM {table_sql} WHERE rowid = {position}"
        if position < count:
            put(context, node.variable, Value(sql, record))
        return position < count

    yield put_next
    context.state.variables.pop(node.variable.lower(), None)


def pass_value(context: Context, source: ScriptVariable, target: ScriptVariable, name: str) -> None:
    """Give a variable the value of another, coerced to its type."""
    kept = f"getvariable({text_literal(source.slot)})"
    sql = f"SELECT CAST({kept} AS {duckdb_type(source.field)}) AS value"
    with context.database.reading() as cursor:
        kind = cursor.sql(sql).types[0]
    value = checked_sql(
        coerced_sql("value", kind, target.field, _pass_mismatch(name)), target.field
    )
    store(context, target.slot, f"SELECT {value} FROM ({sql})")


def _pass_mismatch(name: str) -> Callable[[str, str], BigQueryError]:
    return lambda given, wanted: invalid_query(
        f"Variable {name} cannot be passed as output argument, for argument type {given} cannot be "
        f"coerced to variable type {wanted} when procedure exits"
    )
