"""How the fields of a table may change: some are added, some need no value any more.

Source: https://cloud.google.com/bigquery/docs/managing-table-schemas
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import spelled_parameters


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which changes a request may make; without `is_complete` it need not name every field."""

    is_addition: bool = True
    is_relaxation: bool = True
    is_complete: bool = True


def changed_fields(
    name: TableName, present: Sequence[Field], given: Sequence[Field], allowed: Allowed
) -> list[Field]:
    """The fields after the change: those there are in their order, then those added.

    Raises BigQueryError: when a field would vanish or become another, or may not be added.
    """
    try:
        return _merged(present, given, allowed, "")
    except _Mismatch as error:
        raise BigQueryError(f"Provided Schema does not match Table {name}. {error}") from error


def refuse_additions(present: Sequence[Field], given: Sequence[Field]) -> None:
    """Nothing, when each field of an answer is one of the table that it is appended to.

    Raises BigQueryError: naming the first that is not.
    """
    known = {field["name"].lower() for field in present}
    for field in given:
        if present and field["name"].lower() not in known:
            raise BigQueryError(
                f"Invalid schema update. Cannot add fields (field: {field['name']})"
            )


def alter_columns(
    cursor: DuckDBPyConnection, name: TableName, old: Sequence[Field], new: Sequence[Field]
) -> None:
    """Give the DuckDB table the columns of the changed fields; its rows have NULL in new ones."""
    known = {field["name"].lower(): field for field in old}
    table = name.to_sql()
    for field in new:
        column, before = quote(field["name"]), known.get(field["name"].lower())
        if spelled_parameters(field) != spelled_parameters(before or {}):
            raise unsupported(f"to give field {field['name']} type parameters later")
        if before is None:
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN {column} {duckdb_type(field)}")
            if field["mode"] == "REQUIRED":
                cursor.execute(f"ALTER TABLE {table} ALTER {column} SET NOT NULL")
            continue
        if before["mode"] == "REQUIRED" != field["mode"]:
            cursor.execute(f"ALTER TABLE {table} ALTER {column} DROP NOT NULL")
        if duckdb_type(before) != duckdb_type(field):
            value = _widened(column, before, field)
            cursor.execute(
                f"ALTER TABLE {table} ALTER {column} TYPE {duckdb_type(field)} USING {value}"
            )
    if not old and new:
        cursor.execute(f'ALTER TABLE {table} DROP COLUMN "_none"')


class _Mismatch(Exception):
    """What about two schemas does not match."""


def _merged(
    present: Sequence[Field], given: Sequence[Field], allowed: Allowed, where: str
) -> list[Field]:
    wanted = {field["name"].lower(): field for field in given}
    known = {field["name"].lower() for field in present}
    missing = [field["name"] for field in present if field["name"].lower() not in wanted]
    if missing and allowed.is_complete:
        raise _Mismatch(f"Field {where}{missing[0]} is missing in new schema")
    kept = [
        _changed(field, wanted.get(field["name"].lower(), field), allowed, where)
        for field in present
    ]
    added = [field for field in given if field["name"].lower() not in known]
    for field in added:
        if field["mode"] == "REQUIRED" and present:
            raise _Mismatch(
                f"Cannot add required fields to an existing schema. (field: {where}{field['name']})"
            )
        # A table without fields gets its first.
        if not allowed.is_addition and present:
            raise _Mismatch(f"Cannot add fields (field: {where}{field['name']})")
    return kept + added


def _changed(old: Field, new: Field, allowed: Allowed, where: str) -> Field:
    label = f"Field {where}{old['name']} has changed"
    if _kind(old) != _kind(new):
        raise _Mismatch(f"{label} type from {old['type']} to {new['type']}")
    is_relaxing = (old["mode"], new["mode"]) == ("REQUIRED", "NULLABLE")
    if old["mode"] != new["mode"] and not (is_relaxing and allowed.is_relaxation):
        raise _Mismatch(f"{label} mode from {old['mode']} to {new['mode']}")
    if old["type"] != "RECORD":
        return {**old, **new} if not allowed.is_complete else new
    inner = _merged(old["fields"], new["fields"], allowed, f"{where}{old['name']}.")
    return {**new, "fields": inner}


def _kind(field: Mapping[str, object]) -> tuple[object, object]:
    return field["type"], field.get("rangeElementType")


def _widened(value: str, old: Field, new: Field, depth: int = 0) -> str:
    """The value of a record with NULL in the fields that are new."""
    if old["mode"] == "REPEATED":
        item = f"item_{depth}"
        single = [{**field, "mode": "NULLABLE"} for field in (old, new)]
        inner = _widened(item, single[0], single[1], depth + 1)
        return f"list_transform({value}, lambda {item}: {inner})"
    if old["type"] != "RECORD":
        return value
    known = {field["name"].lower(): field for field in old["fields"]}
    members = ", ".join(
        f"{quote(field['name'])} := {_member(value, field, known, depth)}"
        for field in new["fields"]
    )
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({members}) END"


def _member(value: str, field: Field, known: Mapping[str, Field], depth: int) -> str:
    before = known.get(field["name"].lower())
    if before is None:
        return f"CAST(NULL AS {duckdb_type(field)})"
    return _widened(f"({value}).{quote(before['name'])}", before, field, depth)
