"""Running one statement: queries, INSERT, UPDATE and DELETE here, the rest in `ddl.py`."""

from __future__ import annotations

from typing import Any

import sqlglot
from duckdb import DuckDBPyConnection
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.allowed import check_allowed
from ml_api_kit.gcp_accessor.local.bigquery.assignment import (
    assigned,
    assigned_sql,
    has_same_fields,
)
from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.ddl import run_ddl, statement_kind, store_table
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    already_exists,
    invalid_query,
    not_found,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.information_schema import read_information_schema
from ml_api_kit.gcp_accessor.local.bigquery.merge import (
    assign_merge,
    assign_update,
    repeated_match,
)
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.parameters import bind_parameters, marked
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest, QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.script import (
    ScriptState,
    declare_function,
    expand_names,
)
from ml_api_kit.gcp_accessor.local.bigquery.translate import (
    Scope,
    Translation,
    parse_script,
    parse_statement,
    table_name,
    to_duckdb_sql,
    translate,
)

_DML: dict[type[exp.Expr], str] = {
    exp.Insert: "INSERT",
    exp.Update: "UPDATE",
    exp.Delete: "DELETE",
    exp.Merge: "MERGE",
}
_DDL = (exp.Create, exp.Drop, exp.TruncateTable)


def run_statement(database: Database, request: QueryRequest) -> QueryResult:
    """The answer of the one statement of the request.

    Raises BigQueryError: when it is wrong, or not supported by the local BigQuery.
    """
    state, result = ScriptState(), QueryResult("SCRIPT")
    for tree in _bound(request):
        found = _run_one(database, tree, request, state)
        # A script answers with the rows of its last query.
        if found is not None and (found.table_sql is not None or result.table_sql is None):
            result = found
    return result


def _run_one(
    database: Database, tree: exp.Expr, request: QueryRequest, state: ScriptState
) -> QueryResult | None:
    if isinstance(tree, exp.Declare):
        _declare(database, tree, request, state)
        return None
    if isinstance(tree, exp.Set):
        _set(database, tree, request, state)
        return None
    if isinstance(tree, exp.Create) and str(tree.args.get("kind")).upper() == "FUNCTION":
        declare_function(tree, state)
        return None
    tree, scope = _prepared(database, expand_names(tree, state), request)
    if isinstance(tree, exp.Query):
        return _run_query(database, translate(tree, scope), request)
    if isinstance(tree, _DDL):
        return run_ddl(database, tree, scope)
    return _run_dml(database, tree, scope)


def _declare(
    database: Database, tree: exp.Declare, request: QueryRequest, state: ScriptState
) -> None:
    for item in tree.expressions:
        default = item.args.get("default") or exp.null()
        kind = item.args.get("kind")
        if kind is None:
            raise unsupported("DECLARE without a type")
        names = item.this if isinstance(item.this, list) else [item.this]
        for name in names:
            _assign_variable(database, name.name, default, kind, request, state)


def _set(database: Database, tree: exp.Set, request: QueryRequest, state: ScriptState) -> None:
    for item in tree.expressions:
        pair = item.this
        if not isinstance(pair, exp.EQ) or pair.this.name.lower() not in state.variables:
            raise unsupported(tree.sql("bigquery")[:60])
        kind = state.variables[pair.this.name.lower()][0]
        _assign_variable(database, pair.this.name, pair.expression, kind, request, state)


def _assign_variable(
    database: Database,
    name: str,
    value: exp.Expr,
    kind: exp.Expr,
    request: QueryRequest,
    state: ScriptState,
) -> None:
    cast = exp.Cast(this=value.copy(), to=kind.copy())
    select = exp.Select(expressions=[exp.alias_(cast, "value", quoted=True)])
    tree, scope = _prepared(database, expand_names(select, state), request)
    with database.reading() as cursor:
        sql, _ = database.select_sql(cursor, translate(tree, scope))
        table_sql, _ = database.keep_result(cursor, sql)
    kept = sqlglot.parse_one(f"(SELECT value FROM {table_sql})", read="duckdb")
    for node in kept.walk():
        marked(node)
    state.variables[name.lower()] = (kind, kept)


def dry_run_statement(database: Database, request: QueryRequest) -> QueryResult:
    """The schema of the answer and the bytes the statement would read.

    Raises BigQueryError: when it is wrong, or not supported by the local BigQuery.
    """
    trees = _bound(request)
    if len(trees) > 1:
        return QueryResult("SCRIPT")
    tree, scope = _prepared(database, trees[0], request)
    if isinstance(tree, _DDL):
        kind = statement_kind(tree)
        query = tree.args.get("expression")
        if not isinstance(query, exp.Query):
            return QueryResult(kind)
        return _planned(database, translate(query, scope), kind)
    if isinstance(tree, exp.Query):
        return _planned(database, translate(tree, scope), "SELECT")
    name, sql, tables = _dml_sql(database, tree, scope)
    with database.reading() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
    read = {table for table in tables if table != name or not isinstance(tree, exp.Insert)}
    size = sum(database.size_bytes(table) for table in read)
    return QueryResult(_DML[type(tree)], size_bytes=size)


def _bound(request: QueryRequest) -> list[exp.Expr]:
    trees = parse_script(request.sql)
    if len(trees) > 1 and any(not p.get("name") for p in request.parameters):
        raise unsupported("positional parameters in a script")
    return [bind_parameters(tree, request.parameters) for tree in trees]


def _prepared(database: Database, tree: exp.Expr, request: QueryRequest) -> tuple[exp.Expr, Scope]:
    if isinstance(tree, exp.Delete) and tree.args.get("tables"):
        # `DELETE t WHERE …` without FROM.
        tree.set("this", tree.args["tables"][0])
        tree.set("tables", None)
    checked = tree.args.get("expression") if isinstance(tree, _DDL) else tree
    if not isinstance(tree, (exp.Query, *_DDL, *_DML)):
        raise unsupported(f"the statement {tree.key.upper()}")
    if isinstance(checked, exp.Expr):
        dataset = request.default_dataset.dataset if request.default_dataset else None
        with database.reading() as cursor:
            read_information_schema(checked, database.catalog, cursor, request.project, dataset)
        check_allowed(checked)
    return tree, Scope(request.project, request.default_dataset)


def _planned(database: Database, query: Translation, kind: str) -> QueryResult:
    with database.reading() as cursor:
        _, fields = database.select_sql(cursor, query)
    size = _size_bytes(database, query)
    return QueryResult(kind, fields=fields, size_bytes=size, tables=query.tables)


def _size_bytes(database: Database, query: Translation) -> int:
    return sum(database.size_bytes(name, query.columns) for name in query.tables)


def _run_query(database: Database, query: Translation, request: QueryRequest) -> QueryResult:
    if request.destination is not None:
        return _store_query(database, query, request, request.destination)
    with database.reading() as cursor:
        select, fields = database.select_sql(cursor, query)
        table_sql, row_count = database.keep_result(cursor, select)
    size = _size_bytes(database, query)
    return QueryResult(
        "SELECT",
        fields=fields,
        table_sql=table_sql,
        row_count=row_count,
        size_bytes=size,
        tables=query.tables,
    )


def _store_query(
    database: Database, query: Translation, request: QueryRequest, name: TableName
) -> QueryResult:
    size = _size_bytes(database, query)
    with database.writing() as cursor:
        select, fields = database.select_sql(cursor, query)
        found = database.catalog.find_table(cursor, name)
        if found is None and request.create_disposition == "CREATE_NEVER":
            raise not_found(f"Table {name}")
        count = (
            cursor.execute(f"SELECT count(*) FROM {name.to_sql()}").fetchone() if found else (0,)
        )
        is_filled = bool(count and count[0])
        if is_filled and request.write_disposition == "WRITE_EMPTY":
            raise already_exists(f"Table {name}")
        if found is not None and request.write_disposition == "WRITE_APPEND":
            fields = found["schema"]["fields"]
            columns = ", ".join(assigned_sql(quote(field["name"]), field) for field in fields)
            cursor.execute(
                f"INSERT INTO {name.to_sql()} SELECT {columns} FROM ({select}) AS answer"
            )
        else:
            store_table(database, name, fields, select, is_replacing=True, cursor=cursor)
    row_count = database.row_count(name.to_sql())
    return QueryResult(
        "SELECT",
        fields=fields,
        table_sql=name.to_sql(),
        row_count=row_count,
        size_bytes=size,
        tables=query.tables,
    )


def _run_dml(database: Database, tree: exp.Expr, scope: Scope) -> QueryResult:
    _, sql, tables = _dml_sql(database, tree, scope)
    repeated = (
        repeated_match(tree) if tree.args.get("from_") or isinstance(tree, exp.Merge) else None
    )
    with database.writing() as cursor:
        if repeated is not None and cursor.execute(to_duckdb_sql(repeated)).fetchone():
            raise invalid_query(
                "UPDATE/MERGE must match at most one source row for each target row"
            )
        row = cursor.execute(sql).fetchone()
    changed = int(row[0]) if row else 0
    size = sum(database.size_bytes(table) for table in tables)
    return QueryResult(_DML[type(tree)], affected_row_count=changed, size_bytes=size, tables=tables)


def _dml_sql(
    database: Database, tree: exp.Expr, scope: Scope
) -> tuple[TableName, str, tuple[TableName, ...]]:
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    if not isinstance(target, exp.Table):
        raise unsupported(tree.sql("bigquery")[:60])
    name = table_name(target, scope)
    with database.reading() as cursor:
        resource = database.catalog.table(cursor, name)
        if resource["type"] == "VIEW":
            raise invalid_query(f"Cannot change {name}, which is a view")
        fields = {field["name"].lower(): field for field in resource["schema"]["fields"]}
        if isinstance(tree, exp.Insert):
            sql, tables = _insert_sql(database, cursor, tree, name, fields, scope)
        else:
            if tree.args.get("where") is None and not isinstance(tree, exp.Merge):
                raise invalid_query(f"{_DML[type(tree)]} must have a WHERE clause")
            translation = translate(tree, scope)
            if isinstance(tree, exp.Merge):
                assign_merge(tree, fields)
            if isinstance(tree, exp.Update):
                assign_update(tree, fields)
            sql, tables = to_duckdb_sql(tree), translation.tables
        for table in tables:
            database.catalog.table(cursor, table)
    return name, sql, tables


def _insert_sql(
    database: Database,
    cursor: DuckDBPyConnection,
    tree: exp.Insert,
    name: TableName,
    fields: dict[str, Field],
    scope: Scope,
) -> tuple[str, tuple[TableName, ...]]:
    columns = _insert_columns(tree, fields)
    source = tree.expression
    names = ", ".join(quote(field["name"]) for field in columns)
    if isinstance(source, exp.Values):
        return f"INSERT INTO {name.to_sql()} ({names}) {_values_sql(source, columns)}", ()
    query = database.resolved(cursor, translate(source, scope))
    _, given = database.select_sql(cursor, query)
    if len(given) != len(columns):
        raise _wrong_count(len(given), len(columns))
    for item, field in zip(given, columns, strict=True):
        if not has_same_fields(item, field):
            raise unsupported(f"a struct with other field names than {field['name']} has")
    places = [quote(f"column_{position}") for position in range(len(columns))]
    values = ", ".join(
        assigned_sql(place, field) for place, field in zip(places, columns, strict=True)
    )
    source_sql = f"SELECT {values} FROM ({query.sql}) AS source({', '.join(places)})"
    return f"INSERT INTO {name.to_sql()} ({names}) {source_sql}", query.tables


def _insert_columns(tree: exp.Insert, fields: dict[str, Field]) -> list[Field]:
    if not isinstance(tree.this, exp.Schema):
        return list(fields.values())
    columns = []
    for identifier in tree.this.expressions:
        if identifier.name.lower() not in fields:
            raise invalid_query(f"Column {identifier.name} is not present in the table")
        columns.append(fields[identifier.name.lower()])
    return columns


def _values_sql(source: exp.Values, columns: list[Field]) -> str:
    # The VALUES node stays the parent, so that each value is rewritten in its place.
    translated = translate(source, Scope("", None))
    if translated.tables:
        raise unsupported("a query in VALUES")
    for row in source.expressions:
        values = row.expressions if isinstance(row, exp.Tuple) else [row]
        if len(values) != len(columns):
            raise _wrong_count(len(values), len(columns))
        for value, field in zip(list(values), columns, strict=True):
            value.replace(assigned(value.copy(), field))
    return to_duckdb_sql(source)


def _wrong_count(given: int, wanted: int) -> Exception:
    return invalid_query(f"Inserted row has wrong column count; Has {given}, expected {wanted}")


def create_view(
    database: Database, name: TableName, request: QueryRequest, resource: dict[str, object]
) -> None:
    """Make a view of the query of the request.

    Raises BigQueryError: when the query is wrong or not supported, or the name is taken.
    """
    with database.writing() as cursor:
        select, fields = _view_select(database, cursor, request)
        database.catalog.create_view(cursor, name, select, fields, resource)


def replace_view(
    database: Database, cursor: DuckDBPyConnection, name: TableName, request: QueryRequest
) -> dict[str, Any]:
    """The resource of a view after the query of the request took the place of its own.

    Raises BigQueryError: when the query is wrong or not supported.
    """
    resource = database.catalog.table(cursor, name)
    select, fields = _view_select(database, cursor, request)
    database.catalog.drop_table(cursor, name)
    database.catalog.create_view(cursor, name, select, fields, resource)
    return database.catalog.table(cursor, name)


def _view_select(
    database: Database, cursor: DuckDBPyConnection, request: QueryRequest
) -> tuple[str, list[Field]]:
    tree, scope = _prepared(database, bind_parameters(parse_statement(request.sql), []), request)
    if not isinstance(tree, exp.Query):
        raise invalid_query("A view needs a query.")
    return database.select_sql(cursor, translate(tree, scope))
