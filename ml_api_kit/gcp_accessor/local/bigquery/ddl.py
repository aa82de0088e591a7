"""CREATE, DROP and TRUNCATE statements."""

from __future__ import annotations

from duckdb import DuckDBPyConnection
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, check_fields
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, TableName
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.rewrites.casts import STANDARD_NAMES
from ml_api_kit.gcp_accessor.local.bigquery.translate import (
    Scope,
    table_name,
    translate,
)

# What these say about storage changes no answer.
_STORAGE_PROPERTIES = (exp.PartitionedByProperty, exp.Cluster, exp.ClusterProperty)


def statement_kind(tree: exp.Expr) -> str:
    """BigQuery's `statementType` of a DDL statement, such as CREATE_TABLE_AS_SELECT."""
    if isinstance(tree, exp.TruncateTable):
        return "TRUNCATE_TABLE"
    verb = "CREATE" if isinstance(tree, exp.Create) else "DROP"
    kind = str(tree.args.get("kind")).upper()
    if kind not in ("TABLE", "VIEW", "SCHEMA"):
        raise unsupported(f"{verb} {kind}")
    is_ctas = verb == "CREATE" and kind == "TABLE" and tree.args.get("expression") is not None
    return f"{verb}_{kind}" + ("_AS_SELECT" if is_ctas else "")


def run_ddl(database: Database, tree: exp.Expr, scope: Scope) -> QueryResult:
    """The result of a CREATE, DROP or TRUNCATE statement, which has no rows.

    Raises BigQueryError: when it is wrong, or not supported by the local BigQuery.
    """
    kind = statement_kind(tree)
    if isinstance(tree, exp.TruncateTable):
        _truncate(database, tree, scope)
        return QueryResult(kind)
    if kind.endswith("SCHEMA"):
        _change_schema(database, tree, scope)
        return QueryResult(kind)
    target = _target(tree, scope)
    operation = _operation(database, tree, target)
    if isinstance(tree, exp.Drop):
        _drop(database, tree, scope)
    else:
        _create(database, tree, scope)
    return QueryResult(kind, ddl_operation=operation, ddl_target=target)


def _target(tree: exp.Expr, scope: Scope) -> TableName:
    node = tree.this if tree.this is not None else (tree.args.get("tables") or [None])[0]
    return table_name(node.this if isinstance(node, exp.Schema) else node, scope)


def _operation(database: Database, tree: exp.Expr, target: TableName) -> str:
    """What `ddlOperationPerformed` of the job says."""
    with database.reading() as cursor:
        is_there = database.catalog.find_table(cursor, target) is not None
    is_creating = isinstance(tree, exp.Create)
    if tree.args.get("exists") and is_there is is_creating:
        return "SKIP"
    if not is_creating:
        return "DROP"
    return "REPLACE" if is_there and tree.args.get("replace") else "CREATE"


def _truncate(database: Database, tree: exp.TruncateTable, scope: Scope) -> None:
    name = table_name(tree.expressions[0], scope)
    with database.writing() as cursor:
        database.catalog.table(cursor, name)
        cursor.execute(f"DELETE FROM {name.to_sql()}")


def _change_schema(database: Database, tree: exp.Expr, scope: Scope) -> None:
    node = tree.this
    parts = [piece for part in node.parts for piece in part.name.split(".")]
    if not 1 <= len(parts) <= 2:
        raise invalid_query(f"Invalid dataset name: {'.'.join(parts)}")
    name = DatasetName(parts[0] if len(parts) == 2 else scope.project, parts[-1])
    with database.writing() as cursor:
        is_there = any(
            dataset["datasetReference"]["datasetId"] == name.dataset
            for dataset in database.catalog.datasets(cursor, name.project)
        )
        if isinstance(tree, exp.Create):
            _refuse_properties(tree)
            if not (is_there and tree.args.get("exists")):
                database.catalog.create_dataset(cursor, name, {})
        elif is_there or not tree.args.get("exists"):
            is_cascading = bool(tree.args.get("cascade"))
            database.catalog.drop_dataset(cursor, name, has_contents_deleted=is_cascading)


def _drop(database: Database, tree: exp.Drop, scope: Scope) -> None:
    targets = [tree.this] if tree.this is not None else list(tree.args.get("tables") or [])
    if len(targets) != 1:
        raise unsupported("DROP of several tables")
    name = table_name(targets[0], scope)
    with database.writing() as cursor:
        found = database.catalog.find_table(cursor, name)
        if found is None and tree.args.get("exists"):
            return
        actual = database.catalog.table(cursor, name)["type"]
        if actual != str(tree.args["kind"]).upper():
            raise invalid_query(f"Cannot drop {name}, which has type {actual}")
        database.catalog.drop_table(cursor, name)


def _create(database: Database, tree: exp.Expr, scope: Scope) -> None:
    _refuse_properties(tree)
    target, query = tree.this, tree.args.get("expression")
    columns = target.expressions if isinstance(target, exp.Schema) else []
    name = table_name(target.this if isinstance(target, exp.Schema) else target, scope)
    if columns and query is not None:
        raise unsupported("CREATE with both columns and a query")
    if query is None and not columns:
        raise invalid_query(f"CREATE TABLE {name} has neither columns nor a query")
    fields = check_fields([field_from_column(column) for column in columns])
    with database.writing() as cursor:
        found = database.catalog.find_table(cursor, name)
        if found is not None and tree.args.get("exists"):
            return
        select = None
        if query is not None:
            view_text = query.sql("bigquery")
            select, fields = database.select_sql(cursor, translate(query, scope))
        if tree.args["kind"].upper() == "VIEW":
            if found is not None and tree.args.get("replace"):
                database.catalog.drop_table(cursor, name)
            assert select is not None
            view = {"view": {"query": view_text, "useLegacySql": False}}
            database.catalog.create_view(cursor, name, select, fields, view)
            return
        store_table(
            database,
            name,
            fields,
            select,
            is_replacing=bool(tree.args.get("replace")),
            cursor=cursor,
        )


def store_table(
    database: Database,
    name: TableName,
    fields: list[Field],
    select: str | None,
    *,
    is_replacing: bool,
    cursor: DuckDBPyConnection,
) -> None:
    """Make a table with the fields, and with the rows of a DuckDB query where there is one.

    The rows are kept aside first, as the query may read the table that it replaces.
    """
    if select is not None:
        cursor.execute(f'CREATE OR REPLACE TEMP TABLE "_stored" AS {select}')
    if is_replacing and database.catalog.find_table(cursor, name) is not None:
        database.catalog.drop_table(cursor, name)
    database.catalog.create_table(cursor, name, fields, {})
    if select is not None:
        cursor.execute(f'INSERT INTO {name.to_sql()} SELECT * FROM "_stored"')
        cursor.execute('DROP TABLE "_stored"')


def field_from_column(column: exp.Expr) -> Field:
    """The field that a column definition of CREATE TABLE means.

    Raises BigQueryError: when its type or a constraint is not supported.
    """
    if not isinstance(column, exp.ColumnDef):
        raise unsupported(column.sql("bigquery"))
    kinds = [constraint.args.get("kind") for constraint in column.args.get("constraints") or []]
    for kind in kinds:
        if not isinstance(kind, exp.NotNullColumnConstraint):
            raise unsupported(f"{column.sql('bigquery')}")
    field = _field_from_type(column.name, column.args["kind"])
    return {**field, "mode": "REQUIRED"} if kinds else field


def _field_from_type(name: str, kind: exp.Expr) -> Field:
    spelled = kind.this.name if hasattr(kind.this, "name") else str(kind.this)
    if spelled == "ARRAY":
        element = _field_from_type(name, kind.expressions[0])
        if element["mode"] == "REPEATED":
            raise invalid_query(f"Array of array types are not supported in column {name}")
        return {**element, "mode": "REPEATED"}
    if spelled == "STRUCT":
        fields = [field_from_column(column) for column in kind.expressions]
        return {"name": name, "type": "RECORD", "mode": "NULLABLE", "fields": fields}
    if spelled not in STANDARD_NAMES or kind.expressions:
        raise unsupported(f"the type {kind.sql('bigquery')}")
    return {"name": name, "type": STANDARD_NAMES[spelled], "mode": "NULLABLE"}


def _refuse_properties(tree: exp.Expr) -> None:
    properties = tree.args.get("properties")
    for item in properties.expressions if properties is not None else []:
        if not isinstance(item, _STORAGE_PROPERTIES):
            raise unsupported(item.sql("bigquery"))
