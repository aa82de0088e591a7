"""`ALTER TABLE` and `ALTER VIEW`: columns, options, constraints and the name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.alter_columns import (
    read_add_column,
    read_alter_column,
    read_drop_column,
    read_rename_column,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.alter_constraints import (
    read_add_constraint,
    read_add_foreign_key,
    read_add_primary_key,
    read_drop_constraint,
    read_drop_primary_key,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.altered import Action, Altered
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import (
    read_options,
    table_members,
    view_members,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import (
    DdlStatement,
    read_end,
    read_exists,
    refuse_in_transaction,
)
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader

_TYPES = {"TABLE": ("TABLE",), "VIEW": ("VIEW",), "MATERIALIZED VIEW": ("MATERIALIZED_VIEW",)}


@dataclass(frozen=True, slots=True)
class AlterTable(DdlStatement):
    """`ALTER TABLE`, `ALTER VIEW` or `ALTER MATERIALIZED VIEW`: all of its actions or none."""

    what: str = "TABLE"
    is_lenient: bool = False
    actions: tuple[Action, ...] = ()

    @property
    def statement_type(self) -> str:
        """Such as `ALTER_TABLE`."""
        return f"ALTER_{self.what.replace(' ', '_')}"

    def run(self, context: Context) -> QueryResult:
        """The table that was changed."""
        refuse_in_transaction(context)
        database, name = context.database, context.table(self.path)
        with database.writing() as cursor:
            resource = database.catalog.find_table(cursor, name)
            if resource is None and self.is_lenient:
                return QueryResult(self.statement_type, ddl_operation="SKIP", ddl_target=name)
            resource = database.catalog.table(cursor, name)
            if resource["type"] not in _TYPES[self.what]:
                raise invalid_query(f"ALTER {self.what} {name}, which has type {resource['type']}")
            altered = Altered(context, cursor, name, resource)
            for action in self.actions:
                action(altered)
            kept = {key: value for key, value in altered.resource.items() if value is not None}
            database.catalog.put_table(cursor, altered.name, kept)
        return QueryResult(self.statement_type, ddl_operation="ALTER", ddl_target=name)


def read_alter(reader: SqlReader) -> AlterTable | None:
    """The statement after ALTER; None, when it is of no kind that is known here."""
    what = reader.accept_any("MATERIALIZED VIEW", *(_TYPES.keys() - {"MATERIALIZED VIEW"}))
    if what is None:
        return None
    is_lenient = read_exists(reader, is_dropping=True)
    path = reader.path()
    actions = [_read_action(reader, what)]
    while reader.accept(","):
        actions.append(_read_action(reader, what))
    read_end(reader)
    return AlterTable(path, what, is_lenient, tuple(actions))


def _read_action(reader: SqlReader, what: str) -> Action:
    if reader.is_next("SET", "OPTIONS"):
        reader.expect("SET")
        options = read_options(reader)
        meaning = table_members if what == "TABLE" else view_members

        def set_options(altered: Altered) -> None:
            _put_options(altered, meaning(altered.context, options))

        return set_options
    if what != "TABLE":
        if what == "VIEW" and reader.accept("ALTER", "COLUMN"):
            return read_alter_column(reader)
        raise unsupported(f"ALTER {what} with {reader.rest().text[:40]}")
    for words, read in _ACTIONS.items():
        if reader.accept(*words.split()):
            return read(reader)
    raise unsupported(f"ALTER TABLE with {reader.rest().text[:40]}")


def _put_options(altered: Altered, members: dict[str, Any]) -> None:
    if "partitionExpirationMs" in members:
        expiration = members.pop("partitionExpirationMs")
        partitioning = altered.resource.get("timePartitioning")
        if partitioning is None:
            raise invalid_query(
                "partition_expiration_days cannot be set on a table without time partitioning"
            )
        kept = {key: value for key, value in partitioning.items() if key != "expirationMs"}
        if expiration is not None:
            kept["expirationMs"] = expiration
        altered.resource["timePartitioning"] = kept
    altered.resource |= members


def _read_rename(reader: SqlReader) -> Action:
    new = reader.name()

    def rename(altered: Altered) -> None:
        name = TableName(altered.name.project, altered.name.dataset, new)
        altered.context.database.catalog.rename_table(altered.cursor, altered.name, name)
        altered.resource["tableReference"] = name.to_json()
        altered.name = name

    return rename


_ACTIONS: dict[str, Callable[[SqlReader], Action]] = {
    "ADD COLUMN": read_add_column,
    "DROP COLUMN": read_drop_column,
    "RENAME COLUMN": read_rename_column,
    "RENAME TO": _read_rename,
    "ALTER COLUMN": read_alter_column,
    "ADD PRIMARY KEY": read_add_primary_key,
    "DROP PRIMARY KEY": read_drop_primary_key,
    "ADD FOREIGN KEY": read_add_foreign_key,
    "ADD CONSTRAINT": read_add_constraint,
    "DROP CONSTRAINT": read_drop_constraint,
}
