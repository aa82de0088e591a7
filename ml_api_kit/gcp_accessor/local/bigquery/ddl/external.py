"""`CREATE EXTERNAL TABLE`: a table over files of Cloud Storage.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_external_table_statement
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.columns import Columns, read_columns
from ml_api_kit.gcp_accessor.local.bigquery.ddl.file_options import csv_members, file_members
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import (
    TABLE_OPTIONS,
    read_options,
    table_members,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import (
    Creation,
    DdlStatement,
    Options,
    read_end,
    refuse_in_transaction,
    refuse_other_kind,
)
from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import check_fields
from ml_api_kit.gcp_accessor.local.bigquery.files.external_tables import create_external_table
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader


@dataclass(frozen=True, slots=True)
class CreateExternalTable(DdlStatement):
    """`CREATE EXTERNAL TABLE`; `keys` are the columns of its paths, None without them."""

    kind = "CREATE_EXTERNAL_TABLE"
    creation: Creation = field(default_factory=Creation)
    columns: Columns | None = None
    keys: Columns | None = None
    options: Options = ()

    def run(self, context: Context) -> QueryResult:
        """The table that was made, replaced or left as it was."""
        refuse_in_transaction(context)
        database, name = context.database, context.table(self.path)
        operation = "CREATE"
        with database.writing() as cursor:
            found = database.catalog.find_table(cursor, name)
            if found is not None and self.creation.is_lenient:
                return QueryResult(self.kind, ddl_operation="SKIP", ddl_target=name)
            if found is not None and self.creation.is_replacing:
                refuse_other_kind(name, found, "EXTERNAL")
                database.catalog.drop_table(cursor, name)
                operation = "REPLACE"
            create_external_table(database, cursor, name, self._resource(context))
        return QueryResult(self.kind, ddl_operation=operation, ddl_target=name)

    def _resource(self, context: Context) -> dict[str, Any]:
        own = tuple(option for option in self.options if option[0] in TABLE_OPTIONS)
        others = tuple(option for option in self.options if option[0] not in TABLE_OPTIONS)
        members = {k: v for k, v in table_members(context, own).items() if v is not None}
        configuration = csv_members(file_members(context, others, self.keys))
        configuration["sourceUris"] = configuration.pop("uris")
        if self.columns is None:
            configuration["autodetect"] = True
            return {**members, "externalDataConfiguration": configuration}
        schema = {"fields": check_fields(self.columns.described(context))}
        return {**members, "schema": schema, "externalDataConfiguration": configuration}


def read_create_external(reader: SqlReader, creation: Creation) -> CreateExternalTable:
    """The CREATE EXTERNAL TABLE statement whose name comes next."""
    path = reader.path()
    columns = read_columns(reader) if reader.is_next("(") else None
    if reader.is_next("WITH", "CONNECTION"):
        raise unsupported("external tables with a connection")
    keys = read_keys(reader)
    options = read_options(reader)
    read_end(reader)
    return CreateExternalTable(path, creation, columns, keys, options)


def read_keys(reader: SqlReader) -> Columns | None:
    """The columns of paths after WITH PARTITION COLUMNS; no fields where they are to be found."""
    if not reader.accept("WITH", "PARTITION", "COLUMNS"):
        return None
    return read_columns(reader) if reader.is_next("(") else Columns()
