"""The actions of `ALTER TABLE` that add, drop, rename and change columns."""

from __future__ import annotations

from collections.abc import Callable

from ml_api_kit.gcp_accessor.local.bigquery.ddl.altered import Action, Altered
from ml_api_kit.gcp_accessor.local.bigquery.ddl.columns import Columns, read_column, read_type
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import field_members, read_options
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import read_exists
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
from ml_api_kit.gcp_accessor.local.bigquery.names import quote
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import spelled_parameters

# Data types that a column may be changed to, by the one that it has.
_WIDER = {
    "INTEGER": ("NUMERIC", "BIGNUMERIC", "FLOAT"),
    "NUMERIC": ("BIGNUMERIC", "FLOAT"),
}


def read_add_column(reader: SqlReader) -> Action:
    """The action of ADD COLUMN, whose column comes next."""
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


def read_drop_column(reader: SqlReader) -> Action:
    """The action of DROP COLUMN, whose name comes next."""
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


def read_rename_column(reader: SqlReader) -> Action:
    """The action of RENAME COLUMN, whose names come next."""
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


def read_alter_column(reader: SqlReader) -> Action:
    """The action of ALTER COLUMN, whose name and change come next."""
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
