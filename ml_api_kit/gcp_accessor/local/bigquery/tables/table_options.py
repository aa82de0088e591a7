"""Partitions, clusters and fields that a job gives the table that it writes to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.tables.schema_changes import Allowed, refuse_additions

Resource = dict[str, Any]

_PARTITIONS = ("timePartitioning", "rangePartitioning")
STORAGE = (*_PARTITIONS, "clustering")
_CHANGES = ("RELAXATION", "ADDITION")
ENCRYPTION = "destinationEncryptionConfiguration"
"""The member of a job for the key of the table that it writes to, which is kept, without effect."""


def storage_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a job's options that a table keeps as its own.

    They say how BigQuery stores the table, which changes no answer.

    >>> storage_options({"clustering": {"fields": ["name"]}, "writeDisposition": "WRITE_EMPTY"})
    {'clustering': {'fields': ['name']}}
    """
    properties = object_member(options, "destinationTableProperties")
    described = {
        key: properties[key]
        for key in ("description", "friendlyName", "labels", "expirationTime")
        if properties.get(key)
    }
    if encryption := object_member(options, ENCRYPTION):
        described["encryptionConfiguration"] = encryption
    return described | {key: options[key] for key in STORAGE if options.get(key)}


def kept_partitions(found: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The partitions that a table keeps when its rows are replaced: its own, if none are given.

    >>> kept_partitions({"timePartitioning": {"type": "DAY"}, "labels": {}}, {})
    {'timePartitioning': {'type': 'DAY'}}
    """
    if any(given.get(key) for key in _PARTITIONS):
        return {}
    return {key: found[key] for key in _PARTITIONS if found.get(key)}


def check_same_partitions(
    name: TableName, found: Mapping[str, Any], given: Mapping[str, Any]
) -> None:
    """Nothing, when a table that is there may go on with the partitions that are given for it.

    Raises BigQueryError: when they are others than its own.
    """
    for key in _PARTITIONS:
        if given.get(key) and _column_and_span(given, key) != _column_and_span(found, key):
            raise BigQueryError(
                f"Incompatible table partitioning specification for {name}: its partitions are "
                f"{found.get(key) or 'none'}, and {given[key]} were given."
            )


def _column_and_span(resource: Mapping[str, Any], key: str) -> tuple[str, str] | None:
    found = object_member(resource, key)
    if not found:
        return None
    return str(found.get("field") or "").lower(), str(found.get("type") or "DAY")


def fit_table(
    database: Database,
    cursor: DuckDBPyConnection,
    name: TableName,
    fields: list[Field],
    updates: Collection[str],
) -> Resource:
    """The table, which has the fields of the answer that is appended to it from now on.

    Where `updates` let them be relaxed none stays required, for the columns of answers never are.

    Raises BigQueryError: when a field would have to change, or may not be added.
    """
    present: list[Field] = database.catalog.table(cursor, name)["schema"]["fields"]
    is_relaxing, is_adding = (f"ALLOW_FIELD_{change}" in updates for change in _CHANGES)
    if not is_adding:
        refuse_additions(present, fields)
    given = _relaxed(present, fields) if is_relaxing else _as_strict(present, fields)
    allowed = Allowed(is_addition=is_adding, is_relaxation=is_relaxing, is_complete=False)
    return database.catalog.change_fields(cursor, name, given, allowed)


def _as_strict(present: list[Field], fields: list[Field]) -> list[Field]:
    """The answer's fields, required as the table's: NULL where none may be is seen by the rows."""
    modes = {field["name"].lower(): field["mode"] for field in present}
    return [
        {**field, "mode": "REQUIRED"}
        if (modes.get(field["name"].lower()), field["mode"]) == ("REQUIRED", "NULLABLE")
        else field
        for field in fields
    ]


def _relaxed(present: list[Field], fields: list[Field]) -> list[Field]:
    """The answer's fields, and those of the table that it lacks, none of which is required."""
    given = {field["name"].lower() for field in fields}
    lacking = [
        {**field, "mode": "NULLABLE"}
        for field in present
        if field["name"].lower() not in given and field["mode"] == "REQUIRED"
    ]
    return [*fields, *lacking]
