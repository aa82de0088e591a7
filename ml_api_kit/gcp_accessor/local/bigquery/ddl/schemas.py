"""`CREATE SCHEMA`, `ALTER SCHEMA` and `DROP SCHEMA`: datasets."""

from __future__ import annotations

from dataclasses import dataclass, field

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import dataset_members, read_options
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import (
    Creation,
    DdlStatement,
    Options,
    read_end,
    read_exists,
    refuse_in_transaction,
)
from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.tables.view_functions import drop_dataset


@dataclass(frozen=True, slots=True)
class CreateSchema(DdlStatement):
    """`CREATE SCHEMA`."""

    kind = "CREATE_SCHEMA"
    creation: Creation = field(default_factory=Creation)
    options: Options = ()

    def run(self, context: Context) -> QueryResult:
        """The dataset that was made, or left as it was."""
        refuse_in_transaction(context)
        database, name = context.database, context.dataset(self.path)
        with database.writing() as cursor:
            is_there = database.catalog.find_dataset(cursor, name) is not None
            if not (is_there and self.creation.is_lenient):
                members = dataset_members(context, self.options)
                kept = {key: value for key, value in members.items() if value is not None}
                database.catalog.create_dataset(cursor, name, kept)
        operation = "SKIP" if is_there else "CREATE"
        return QueryResult(self.kind, ddl_operation=operation, ddl_dataset=name)


@dataclass(frozen=True, slots=True)
class AlterSchema(DdlStatement):
    """`ALTER SCHEMA … SET OPTIONS`."""

    kind = "ALTER_SCHEMA"
    is_lenient: bool = False
    options: Options = ()

    def run(self, context: Context) -> QueryResult:
        """The dataset with the options in place of its own."""
        refuse_in_transaction(context)
        database, name = context.database, context.dataset(self.path)
        with database.writing() as cursor:
            if self.is_lenient and database.catalog.find_dataset(cursor, name) is None:
                return QueryResult(self.kind, ddl_operation="SKIP", ddl_dataset=name)
            merged = database.catalog.dataset(cursor, name) | dataset_members(context, self.options)
            kept = {key: value for key, value in merged.items() if value is not None}
            database.catalog.put_dataset(cursor, name, kept)
        return QueryResult(self.kind, ddl_operation="ALTER", ddl_dataset=name)


@dataclass(frozen=True, slots=True)
class DropSchema(DdlStatement):
    """`DROP SCHEMA`, with what is in it where CASCADE says so."""

    kind = "DROP_SCHEMA"
    is_lenient: bool = False
    is_cascading: bool = False

    def run(self, context: Context) -> QueryResult:
        """The dataset that was dropped."""
        refuse_in_transaction(context)
        database, name = context.database, context.dataset(self.path)
        with database.writing_as_read() as cursor:
            if self.is_lenient and database.catalog.find_dataset(cursor, name) is None:
                return QueryResult(self.kind, ddl_operation="SKIP", ddl_dataset=name)
            drop_dataset(database, cursor, name, has_contents_deleted=self.is_cascading)
        return QueryResult(self.kind, ddl_operation="DROP", ddl_dataset=name)


def read_create_schema(reader: SqlReader, creation: Creation) -> CreateSchema:
    """The CREATE SCHEMA statement whose name comes next."""
    path = reader.path()
    if reader.is_next("DEFAULT", "COLLATE"):
        raise unsupported("DEFAULT COLLATE")
    options = read_options(reader)
    read_end(reader)
    return CreateSchema(path, creation, options)


def read_alter_schema(reader: SqlReader) -> AlterSchema:
    """The ALTER SCHEMA statement after its first two words."""
    is_lenient = read_exists(reader, is_dropping=True)
    path = reader.path()
    if not reader.is_next("SET", "OPTIONS"):
        raise unsupported(f"ALTER SCHEMA with {reader.rest().text[:40]}")
    reader.expect("SET")
    options = read_options(reader)
    read_end(reader)
    return AlterSchema(path, is_lenient, options)


def read_drop_schema(reader: SqlReader) -> DropSchema:
    """The DROP SCHEMA statement after its first two words."""
    is_lenient = read_exists(reader, is_dropping=True)
    path = reader.path()
    is_cascading = reader.accept_any("CASCADE", "RESTRICT") == "CASCADE"
    read_end(reader)
    return DropSchema(path, is_lenient, is_cascading)
