"""`CREATE TABLE` with columns, of a query, or after another table; `CREATE SNAPSHOT TABLE`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.columns import Columns, read_columns
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import read_options, table_members
from ml_api_kit.gcp_accessor.local.bigquery.ddl.partitions import read_clustering, storage_members
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import (
    Creation,
    DdlStatement,
    Options,
    read_end,
    refuse_in_transaction,
    refuse_other_kind,
)
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, check_fields
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.tables.copied_rows import copied_columns, copied_sql
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import is_by_ingestion
from ml_api_kit.gcp_accessor.local.bigquery.tables.stored_tables import store_table
from ml_api_kit.gcp_accessor.local.bigquery.tables.table_origin import origin_members
from ml_api_kit.gcp_accessor.local.bigquery.translation.coercion import coerced_sql, literals_as

# What a table that is made after another takes over from it.
_TAKEN = ("clustering", "timePartitioning", "rangePartitioning", "description", "labels")


@dataclass(frozen=True, slots=True)
class CreateTable(DdlStatement):
    """`CREATE TABLE`: at least one of columns, a query, and a table to be LIKE or a COPY of."""

    creation: Creation = field(default_factory=Creation)
    columns: Columns | None = None
    source: list[str] = field(default_factory=list)
    way: str = ""
    partition: Fragment | None = None
    clusters: list[str] = field(default_factory=list)
    options: Options = ()
    select: Fragment | None = None

    @property
    def query(self) -> Fragment | None:
        """The query after AS."""
        return self.select

    @property
    def statement_type(self) -> str:
        """`CREATE_TABLE`, or another for what has rows of a query or is a snapshot."""
        if self.way in ("SNAPSHOT", "CLONE_SNAPSHOT"):
            return "CREATE_SNAPSHOT_TABLE"
        return "CREATE_TABLE_AS_SELECT" if self.select is not None else "CREATE_TABLE"

    def run(self, context: Context) -> QueryResult:
        """The table that was made, replaced or left as it was."""
        database = context.database
        with database.writing() as cursor:
            name = self._name(context, cursor)
            found = database.catalog.find_table(cursor, name)
            if found is not None and self.creation.is_lenient:
                return self._result(name, "SKIP")
            is_replacing = found is not None and self.creation.is_replacing
            if is_replacing:
                refuse_other_kind(name, found, "TABLE")
            self._create(context, cursor, name)
        if self.creation.is_temporary:
            context.state.tables[self.path[-1]] = name
        return self._result(name, "REPLACE" if is_replacing else "CREATE")

    def _result(self, name: TableName, operation: str) -> QueryResult:
        return QueryResult(self.statement_type, ddl_operation=operation, ddl_target=name)

    def _name(self, context: Context, cursor: DuckDBPyConnection) -> TableName:
        if not self.creation.is_temporary:
            refuse_in_transaction(context)
            return context.table(self.path)
        if not context.state.may_have_temporary:
            raise invalid_query("Use of CREATE TEMPORARY TABLE requires a script or session")
        if len(self.path) > 1:
            raise invalid_query("CREATE TEMP TABLE: the name must have no dataset")
        parent = context.state.temporary_dataset(context.request.project)
        if context.database.catalog.find_dataset(cursor, parent) is None:
            context.database.catalog.create_dataset(cursor, parent, {})
        return TableName(parent.project, parent.dataset, self.path[0])

    def _create(self, context: Context, cursor: DuckDBPyConnection, name: TableName) -> None:
        members = {k: v for k, v in table_members(context, self.options).items() if v is not None}
        fields = self._fields(context, cursor)
        resource = self._taken(context, cursor) | members
        select, hidden = None, list[str]()
        if self.way in ("COPY", "CLONE", "SNAPSHOT"):
            source = context.table(self.source)
            found = context.database.catalog.table(cursor, source)
            hidden = copied_columns([found], resource)
            select = copied_sql(source, found, fields, hidden=hidden)
        if self.select is not None:
            fields, select = self._selected(context, cursor, fields)
        if expiration := resource.pop("partitionExpirationMs", None):
            resource |= {"_partitionExpirationMs": expiration}
        resource |= storage_members(context, fields, self.partition, self.clusters)
        if self.select is not None and is_by_ingestion(resource):
            raise invalid_query("PARTITION BY the time of ingestion cannot be used with AS SELECT")
        _put_expiration(resource)
        if self.columns is not None:
            resource |= self.columns.constraints(context)
        is_replacing = self.creation.is_replacing
        store_table(
            context.database, name, fields, select,
            is_replacing=is_replacing, cursor=cursor, resource=resource, hidden=hidden,
        )  # fmt: skip
        if self.source:
            _mark_origin(context, cursor, name, self.way, context.table(self.source))

    def _fields(self, context: Context, cursor: DuckDBPyConnection) -> list[Field]:
        if self.columns is not None:
            fields = check_fields(self.columns.described(context))
            for item in fields:
                check_default(context, item)
            return fields
        if self.source:
            resource = context.database.catalog.table(cursor, context.table(self.source))
            if resource["type"] not in ("TABLE", "SNAPSHOT"):
                raise invalid_query(f"{self.way} of {'.'.join(self.source)}, which is no table")
            taken: list[Field] = resource["schema"]["fields"]
            return taken
        return []

    def _taken(self, context: Context, cursor: DuckDBPyConnection) -> dict[str, Any]:
        if not self.source:
            return {}
        resource = context.database.catalog.table(cursor, context.table(self.source))
        return {key: resource[key] for key in _TAKEN if key in resource}

    def _selected(
        self, context: Context, cursor: DuckDBPyConnection, declared: list[Field]
    ) -> tuple[list[Field], str]:
        assert self.select is not None
        query = context.translate(context.parse(self.select))
        if not declared:
            select, fields = context.database.planner.select_sql(cursor, query, made="TABLE")
            return fields, select
        sql, relation = context.database.planner.relation(cursor, query)
        if len(declared) != len(relation.columns):
            what = "column definition list" if self.columns is not None else "LIKE table"
            raise invalid_query(
                f"The number of columns in the {what} does not match the number of columns "
                "produced by the query"
            )
        places = [quote(f"column_{place}") for place in range(len(declared))]
        values = []
        for item, place, kind in zip(declared, places, relation.types, strict=True):
            value = coerced_sql(place, kind, item, _mismatch(item))
            values.append(f"{value} AS {quote(item['name'])}")
        return declared, f"SELECT {', '.join(values)} FROM ({sql}) AS answer({', '.join(places)})"


def _mismatch(item: Field) -> Any:
    return lambda given, wanted: invalid_query(
        f"Column '{item['name']}' has type {wanted} which cannot be coerced from query output "
        f"type {given}"
    )


def _put_expiration(resource: dict[str, Any]) -> None:
    expiration = resource.pop("_partitionExpirationMs", None)
    if expiration is None:
        return
    if "timePartitioning" not in resource:
        raise invalid_query(
            "partition_expiration_days cannot be set on a table without time partitioning"
        )
    resource["timePartitioning"]["expirationMs"] = expiration


def check_default(context: Context, column: Field) -> None:
    """Nothing, when the default of a column can be computed.

    Raises BigQueryError: when it is wrong, or not supported.
    """
    text = column.get("defaultValueExpression")
    if text is None:
        return
    if "(SELECT" in str(text).upper().replace(" ", ""):
        raise invalid_query("A column default expression must not include a subquery")
    fragment = SqlReader(f"SELECT {text}").rest()
    tree = context.parse(fragment)
    item = tree.expressions[0]
    item.replace(literals_as(item.copy(), column))
    query = context.translate(tree)
    with context.database.reading() as cursor:
        _, relation = context.database.planner.relation(cursor, query)
        coerced_sql("x", relation.types[0], column, _default_mismatch(column))


def _default_mismatch(column: Field) -> Any:
    return lambda given, wanted: invalid_query(
        f"Invalid default value expression for column {column['name']}: it has type {given} which "
        f"cannot be assigned to column type {wanted}"
    )


def _mark_origin(
    context: Context, cursor: DuckDBPyConnection, name: TableName, way: str, source: TableName
) -> None:
    members = origin_members(way, source)
    if members:
        catalog = context.database.catalog
        catalog.put_table(cursor, name, {**catalog.table(cursor, name), **members})


def read_create_table(reader: SqlReader, creation: Creation) -> CreateTable:
    """The CREATE TABLE statement whose name comes next."""
    path = reader.path()
    way = reader.accept_any("LIKE", "COPY", "CLONE") or ""
    source = reader.path() if way else []
    columns = read_columns(reader) if not way and reader.is_next("(") else None
    if reader.is_next("FOR", "SYSTEM_TIME") or reader.is_next("FOR", "SYSTEM"):
        raise unsupported("FOR SYSTEM_TIME AS OF: earlier states of tables are not kept")
    if reader.is_next("DEFAULT", "COLLATE"):
        raise unsupported("DEFAULT COLLATE")
    partition = None
    if reader.accept("PARTITION", "BY"):
        partition = reader.until_words("CLUSTER BY", "OPTIONS", "AS")
    clusters = read_clustering(reader)
    options = read_options(reader)
    select = reader.rest() if reader.accept("AS") else None
    read_end(reader)
    if columns is None and select is None and not way:
        raise invalid_query(f"CREATE TABLE {'.'.join(path)} has neither columns nor a query")
    if way in ("COPY", "CLONE") and select is not None:
        reader.fail(f"{way} with a query")
    return CreateTable(path, creation, columns, source, way, partition, clusters, options, select)


def read_create_snapshot(reader: SqlReader, creation: Creation) -> CreateTable:
    """The CREATE SNAPSHOT TABLE statement whose name comes next."""
    path = reader.path()
    reader.expect("CLONE")
    source = reader.path()
    if reader.is_next("FOR"):
        raise unsupported("FOR SYSTEM_TIME AS OF: earlier states of tables are not kept")
    options = read_options(reader)
    read_end(reader)
    return CreateTable(path, creation, source=source, way="SNAPSHOT", options=options)
