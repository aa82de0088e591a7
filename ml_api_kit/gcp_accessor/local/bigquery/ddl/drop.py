"""`DROP` of tables, views and routines, and `TRUNCATE TABLE`."""

from __future__ import annotations

from dataclasses import dataclass

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import (
    DdlStatement,
    read_end,
    read_exists,
    refuse_in_transaction,
)
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.names import TEMPORARY
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.tables.view_functions import remake_views

_TYPES = {
    "TABLE": "TABLE",
    "VIEW": "VIEW",
    "MATERIALIZED VIEW": "MATERIALIZED_VIEW",
    "SNAPSHOT TABLE": "SNAPSHOT",
    "EXTERNAL TABLE": "EXTERNAL",
}
_ROUTINES = {
    "FUNCTION": ("SCALAR_FUNCTION", "AGGREGATE_FUNCTION"),
    "TABLE FUNCTION": ("TABLE_VALUED_FUNCTION",),
    "PROCEDURE": ("PROCEDURE",),
}


@dataclass(frozen=True, slots=True)
class DropTable(DdlStatement):
    """`DROP TABLE`, `DROP VIEW` and their like."""

    what: str = "TABLE"
    is_lenient: bool = False

    @property
    def statement_type(self) -> str:
        """Such as `DROP_MATERIALIZED_VIEW`."""
        return f"DROP_{self.what.replace(' ', '_')}"

    def run(self, context: Context) -> QueryResult:
        """The table that was dropped."""
        database, name = context.database, context.table(self.path)
        if not name.dataset.startswith(TEMPORARY):
            refuse_in_transaction(context)
        with database.writing() as cursor:
            found = database.catalog.find_table(cursor, name)
            if found is None and self.is_lenient:
                return QueryResult(self.statement_type, ddl_operation="SKIP", ddl_target=name)
            actual = database.catalog.table(cursor, name)["type"]
            if actual != _TYPES[self.what]:
                raise invalid_query(f"Cannot drop {name}, which has type {actual}")
            database.catalog.drop_table(cursor, name)
        context.state.tables.pop(self.path[-1], None)
        return QueryResult(self.statement_type, ddl_operation="DROP", ddl_target=name)


@dataclass(frozen=True, slots=True)
class DropRoutine(DdlStatement):
    """`DROP FUNCTION`, `DROP TABLE FUNCTION` and `DROP PROCEDURE`."""

    what: str = "FUNCTION"
    is_lenient: bool = False

    @property
    def statement_type(self) -> str:
        """Such as `DROP_TABLE_FUNCTION`."""
        return f"DROP_{self.what.replace(' ', '_')}"

    def run(self, context: Context) -> QueryResult:
        """The routine that was dropped."""
        is_alone = self.what == "FUNCTION" and len(self.path) == 1
        if is_alone and context.state.functions.pop(self.path[0].lower(), None) is not None:
            # A temporary one has no name that the REST answers could tell.
            return QueryResult(self.statement_type, ddl_operation="DROP")
        refuse_in_transaction(context)
        routines, name = context.database.catalog.routines, context.routine(self.path)
        with context.database.writing_as_read() as cursor:
            found = routines.find(cursor, name)
            if found is None and self.is_lenient:
                return QueryResult(self.statement_type, ddl_operation="SKIP", ddl_routine=name)
            kind = routines.get(cursor, name).get("routineType")
            if kind not in _ROUTINES[self.what]:
                raise invalid_query(f"Cannot drop {name}, which is a routine of type {kind}")
            routines.drop(cursor, name)
            remake_views(context.database, cursor, name.project, name.routine)
        return QueryResult(self.statement_type, ddl_operation="DROP", ddl_routine=name)


@dataclass(frozen=True, slots=True)
class TruncateTable(DdlStatement):
    """`TRUNCATE TABLE`."""

    kind = "TRUNCATE_TABLE"

    def run(self, context: Context) -> QueryResult:
        """The kind and the number of rows that were deleted; BigQuery tells no affected rows."""
        database, name = context.database, context.table(self.path)
        with database.writing() as cursor:
            resource = database.catalog.table(cursor, name)
            if resource["type"] != "TABLE":
                raise invalid_query(f"Cannot truncate {name}, which has type {resource['type']}")
            row = cursor.execute(f"DELETE FROM {name.to_sql()}").fetchone()
        return QueryResult(self.kind, dml_counts={"DELETE": int(row[0]) if row else 0})


def read_drop(reader: SqlReader) -> DdlStatement | None:
    """The statement after DROP; None, when it is of no kind that is known here."""
    what = reader.accept_any(*_ROUTINES.keys() - {"FUNCTION"}, "FUNCTION")
    if what is not None:
        is_lenient = read_exists(reader, is_dropping=True)
        path = reader.path()
        read_end(reader)
        return DropRoutine(path, what, is_lenient)
    what = reader.accept_any(*_TYPES)
    if what is None:
        return None
    is_lenient = read_exists(reader, is_dropping=True)
    path = reader.path()
    read_end(reader)
    return DropTable(path, what, is_lenient)


def read_truncate(reader: SqlReader) -> TruncateTable:
    """The TRUNCATE TABLE statement after its first two words."""
    path = reader.path()
    read_end(reader)
    return TruncateTable(path)
