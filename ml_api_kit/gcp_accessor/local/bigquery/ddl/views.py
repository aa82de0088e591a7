"""`CREATE VIEW` and `CREATE MATERIALIZED VIEW`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.columns import read_names
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import (
    field_members,
    read_options,
    view_members,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.partitions import read_clustering
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import (
    Creation,
    DdlStatement,
    Options,
    refuse_in_transaction,
    refuse_other_kind,
)
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.names import quote
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.tables.views import (
    COLUMN_NAMES,
    default_members,
)


@dataclass(frozen=True, slots=True)
class CreateView(DdlStatement):
    """A view, or a materialized one, which is computed anew whenever it is read."""

    creation: Creation = field(default_factory=Creation)
    is_materialized: bool = False
    columns: tuple[tuple[str, Options], ...] = ()
    options: Options = ()
    select: Fragment | None = None

    @property
    def query(self) -> Fragment | None:
        """The query after AS."""
        return self.select

    @property
    def statement_type(self) -> str:
        """`CREATE_VIEW` or `CREATE_MATERIALIZED_VIEW`."""
        return "CREATE_MATERIALIZED_VIEW" if self.is_materialized else "CREATE_VIEW"

    def run(self, context: Context) -> QueryResult:
        """The view that was made, replaced or left as it was."""
        refuse_in_transaction(context)
        database, name = context.database, context.table(self.path)
        with database.writing() as cursor:
            found = database.catalog.find_table(cursor, name)
            if found is not None and self.creation.is_lenient:
                return QueryResult(self.statement_type, ddl_operation="SKIP", ddl_target=name)
            kind = "MATERIALIZED_VIEW" if self.is_materialized else "VIEW"
            is_replacing = found is not None and self.creation.is_replacing
            if is_replacing:
                refuse_other_kind(name, found, kind)
            select, fields = self._select(context, cursor)
            members = view_members(context, self.options)
            if is_replacing:
                database.catalog.drop_table(cursor, name)
            resource = self._resource(members) | default_members(context.request)
            database.catalog.create_view(cursor, name, select, fields, resource, kind=kind)
        operation = "REPLACE" if is_replacing else "CREATE"
        return QueryResult(self.statement_type, ddl_operation=operation, ddl_target=name)

    def _select(self, context: Context, cursor: Any) -> tuple[str, list[Any]]:
        assert self.select is not None
        context = context.lasting()
        tree = context.parse(self.select)
        if not isinstance(tree, exp.Query):
            raise invalid_query("A view needs a query.")
        query = replace(context.translate(tree), filters=None)
        what = "MATERIALIZED VIEW" if self.is_materialized else "VIEW"
        made = None if self.columns else what
        select, fields = context.database.planner.select_sql(cursor, query, made=made, is_run=False)
        if not self.columns:
            return select, fields
        if len(self.columns) != len(fields):
            raise invalid_query(
                f"The number of view column names ({len(self.columns)}) must be equal to the "
                f"number of columns from the view query ({len(fields)})"
            )
        names = [quote(name) for name, _ in self.columns]
        renamed = [
            {**item, "name": name, **field_members(context, options)}
            for item, (name, options) in zip(fields, self.columns, strict=True)
        ]
        return f"SELECT * FROM ({select}) AS answer({', '.join(names)})", renamed

    def _resource(self, members: dict[str, Any]) -> dict[str, Any]:
        assert self.select is not None
        kept = {key: value for key, value in members.items() if value is not None}
        if self.columns:
            kept[COLUMN_NAMES] = [name for name, _ in self.columns]
        if not self.is_materialized:
            return {**kept, "view": {"query": self.select.text, "useLegacySql": False}}
        inner = {
            key: kept.pop(key) for key in ("enableRefresh", "refreshIntervalMs") if key in kept
        }
        view = {"query": self.select.text, "enableRefresh": True, "refreshIntervalMs": "1800000"}
        return {**kept, "materializedView": view | inner}


def read_create_view(
    reader: SqlReader, creation: Creation, *, is_materialized: bool = False
) -> CreateView:
    """The CREATE VIEW statement whose name comes next."""
    path = reader.path()
    columns = _read_view_columns(reader) if reader.is_next("(") else ()
    if is_materialized and reader.accept("PARTITION", "BY"):
        reader.until_words("CLUSTER BY", "OPTIONS", "AS")
    if is_materialized:
        read_clustering(reader)
    options = read_options(reader)
    if reader.is_next("AS", "REPLICA"):
        raise unsupported("replicas of materialized views")
    reader.expect("AS")
    return CreateView(path, creation, is_materialized, columns, options, reader.rest())


def _read_view_columns(reader: SqlReader) -> tuple[tuple[str, Options], ...]:
    if not reader.is_next("OPTIONS", skip=2):
        return tuple((name, ()) for name in read_names(reader))
    found = list[tuple[str, Options]]()
    reader.expect("(")
    while not reader.is_next(")"):
        found.append((reader.name(), read_options(reader)))
        if not reader.accept(","):
            break
    reader.expect(")")
    return tuple(found)
