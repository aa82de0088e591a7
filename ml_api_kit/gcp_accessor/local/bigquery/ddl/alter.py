"""`ALTER TABLE` and `ALTER VIEW`: columns, options, constraints and the name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.columns import (
    Columns,
    read_column,
    read_names,
    read_type,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import (
    field_members,
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
from ml_api_kit.gcp_accessor.local.bigquery.ddl.tables import check_default
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    already_exists,
    invalid_query,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import (
    Field,
    check_fields,
    duckdb_type,
    standard_type,
)
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import spelled_parameters

_TYPES = {"TABLE": ("TABLE",), "VIEW": ("VIEW",), "MATERIALIZED VIEW": ("MATERIALIZED_VIEW",)}
# Data types that a column may be changed to, by the one that it has.
_WIDER = {
    "INTEGER": ("NUMERIC", "BIGNUMERIC", "FLOAT"),
    "NUMERIC": ("BIGNUMERIC", "FLOAT"),
}


@dataclass(slots=True)
class Altered:
    """A table while its statement changes it."""

    context: Context
    cursor: DuckDBPyConnection
    name: TableName
    resource: dict[str, Any]

    @property
    def fields(self) -> list[Field]:
        """The fields of the table, to be changed in place."""
        fields: list[Field] = self.resource["schema"]["fields"]
        return fields

    def execute(self, action: str) -> None:
        """Let DuckDB alter the table in the same way."""
        self.cursor.execute(f"ALTER TABLE {self.name.to_sql()} {action}")

    def find(self, column: str) -> Field | None:
        """The field of a name, or None."""
        return next((f for f in self.fields if f["name"].lower() == column.lower()), None)

    def get(self, column: str) -> Field:
        """The field of a name.

        Raises BigQueryError: when there is none.
        """
        found = self.find(column)
        if found is None:
            raise invalid_query(f"Column {column} is not present in the table {self.name}")
        return found


Action = Callable[[Altered], None]


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
            return _read_alter_column(reader)
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


def _read_add_column(reader: SqlReader) -> Action:
    is_lenient = read_exists(reader)
    found = Columns()
    column = read_column(reader, found)
    if reader.is_next("FILL"):
        raise unsupported("ADD COLUMN with FILL USING")

    def add(altered: Altered) -> None:
        if altered.find(column["name"]) is not None:
            if is_lenient:
                return
            raise already_exists(f"Column {column['name']} in table {altered.name}")
        if column["mode"] == "REQUIRED":
            raise invalid_query(
                f"Cannot add required columns to an existing schema. (field: {column['name']})"
            )
        if column.get("defaultValueExpression") is not None:
            raise invalid_query(
                "ALTER TABLE ADD COLUMN does not support the column option DEFAULT; "
                "add it with ALTER COLUMN SET DEFAULT"
            )
        found.described(altered.context)
        (checked,) = check_fields([column])
        if spelled_parameters(checked):
            raise unsupported(f"ADD COLUMN of the type {standard_type(checked)}")
        altered.execute(f"ADD COLUMN {quote(checked['name'])} {duckdb_type(checked)}")
        if not altered.fields:
            altered.execute('DROP COLUMN "_none"')
        altered.fields.append(checked)

    return add


def _read_drop_column(reader: SqlReader) -> Action:
    is_lenient = read_exists(reader, is_dropping=True)
    name = reader.name()

    def drop(altered: Altered) -> None:
        if altered.find(name) is None and is_lenient:
            return
        column = altered.get(name)
        _refuse_storage(altered, column["name"], "drop")
        if len(altered.fields) == 1:
            raise invalid_query(f"Cannot drop the only column {name} of the table {altered.name}")
        altered.execute(f"DROP COLUMN {quote(column['name'])}")
        altered.fields.remove(column)

    return drop


def _refuse_storage(altered: Altered, column: str, verb: str) -> None:
    resource = altered.resource
    used = [
        (resource.get("timePartitioning") or {}).get("field"),
        (resource.get("rangePartitioning") or {}).get("field"),
        *((resource.get("clustering") or {}).get("fields") or ()),
    ]
    if column.lower() in [name.lower() for name in used if name]:
        raise invalid_query(
            f"Cannot {verb} column {column}, which the table is partitioned or clustered by"
        )


def _read_rename_column(reader: SqlReader) -> Action:
    is_lenient = read_exists(reader, is_dropping=True)
    old = reader.name()
    reader.expect("TO")
    new = reader.name()

    def rename(altered: Altered) -> None:
        if altered.find(old) is None and is_lenient:
            return
        column = altered.get(old)
        _refuse_storage(altered, column["name"], "rename")
        if altered.find(new) is not None and new.lower() != old.lower():
            raise already_exists(f"Column {new} in table {altered.name}")
        check_fields([{**column, "name": new}])
        altered.execute(f"RENAME COLUMN {quote(column['name'])} TO {quote(new)}")
        column["name"] = new

    return rename


def _read_rename(reader: SqlReader) -> Action:
    new = reader.name()

    def rename(altered: Altered) -> None:
        name = TableName(altered.name.project, altered.name.dataset, new)
        altered.context.database.catalog.rename_table(altered.cursor, altered.name, name)
        altered.resource["tableReference"] = name.to_json()
        altered.name = name

    return rename


def _read_alter_column(reader: SqlReader) -> Action:
    is_lenient = read_exists(reader, is_dropping=True)
    name = reader.name()
    change = _read_column_change(reader, name)

    def alter(altered: Altered) -> None:
        if altered.find(name) is None and is_lenient:
            return
        change(altered, altered.get(name))

    return alter


def _read_column_change(reader: SqlReader, name: str) -> Callable[[Altered, Field], None]:
    if reader.accept("DROP", "NOT", "NULL"):
        return _drop_not_null
    if reader.accept("DROP", "DEFAULT"):
        return lambda _, column: column.pop("defaultValueExpression", None)
    if reader.accept("SET", "DEFAULT"):
        text = reader.until_words(",").text

        def set_default(altered: Altered, column: Field) -> None:
            column["defaultValueExpression"] = text
            check_default(altered.context, column)

        return set_default
    if reader.accept("SET", "DATA", "TYPE"):
        wanted = read_type(reader, name, Columns())
        return lambda altered, column: _set_type(altered, column, wanted)
    reader.expect("SET")
    options = read_options(reader)

    def set_options(altered: Altered, column: Field) -> None:
        column |= field_members(altered.context, options)

    return set_options


def _drop_not_null(altered: Altered, column: Field) -> None:
    if column["mode"] != "REQUIRED":
        raise invalid_query(f"Column {column['name']} is not NOT NULL")
    altered.execute(f"ALTER {quote(column['name'])} DROP NOT NULL")
    column["mode"] = "NULLABLE"


def _set_type(altered: Altered, column: Field, wanted: Field) -> None:
    if spelled_parameters(column) or spelled_parameters(wanted):
        raise unsupported(f"SET DATA TYPE from {standard_type(column)} to {standard_type(wanted)}")
    if duckdb_type(column) == duckdb_type(wanted):
        return
    is_scalar = column["mode"] != "REPEATED" != wanted["mode"]
    if not is_scalar or wanted["type"] not in _WIDER.get(column["type"], ()):
        raise _type_error(column, wanted)
    place = quote(column["name"])
    target = duckdb_type(wanted)
    altered.execute(f"ALTER {place} SET DATA TYPE {target} USING CAST({place} AS {target})")
    column["type"] = wanted["type"]


def _type_error(column: Field, wanted: Field) -> BigQueryError:
    return invalid_query(
        f"ALTER TABLE ALTER COLUMN SET DATA TYPE requires that the existing column type "
        f"({column['type']}) is assignable to the new type ({wanted['type']})"
    )


def _read_primary_key(reader: SqlReader) -> Action:
    columns = read_names(reader)
    reader.expect("NOT", "ENFORCED")

    def add(altered: Altered) -> None:
        for name in columns:
            altered.get(name)
        constraints = altered.resource.setdefault("tableConstraints", {})
        if "primaryKey" in constraints:
            raise already_exists(f"Primary key of table {altered.name}")
        constraints["primaryKey"] = {"columns": columns}

    return add


def _read_drop_primary_key(reader: SqlReader) -> Action:
    is_lenient = read_exists(reader, is_dropping=True)

    def drop(altered: Altered) -> None:
        constraints = altered.resource.get("tableConstraints") or {}
        if constraints.pop("primaryKey", None) is None and not is_lenient:
            raise invalid_query(f"The table {altered.name} has no primary key")

    return drop


_ACTIONS: dict[str, Callable[[SqlReader], Action]] = {
    "ADD COLUMN": _read_add_column,
    "DROP COLUMN": _read_drop_column,
    "RENAME COLUMN": _read_rename_column,
    "RENAME TO": _read_rename,
    "ALTER COLUMN": _read_alter_column,
    "ADD PRIMARY KEY": _read_primary_key,
    "DROP PRIMARY KEY": _read_drop_primary_key,
}
