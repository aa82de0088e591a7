"""Partitions, clusters and fields that a job gives the table that it writes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.schema_changes import Allowed, refuse_additions

_PARTITIONS = ("timePartitioning", "rangePartitioning")
STORAGE = (*_PARTITIONS, "clustering")


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
    engine: Database, name: TableName, fields: list[Field], *, is_addition_allowed: bool
) -> None:
    """Let the table, if there is one, have the fields of the answer that is appended to it.

    Raises BigQueryError: when a field would have to change, or may not be added.
    """
    with engine.writing() as cursor:
        found = engine.catalog.find_table(cursor, name)
        if found is None:
            return
        if not is_addition_allowed:
            refuse_additions(found["schema"]["fields"], fields)
        modes = {field["name"].lower(): field["mode"] for field in found["schema"]["fields"]}
        # Whether an answer has NULL where none may be is seen by its values.
        given = [
            {**field, "mode": "REQUIRED"}
            if (modes.get(field["name"].lower()), field["mode"]) == ("REQUIRED", "NULLABLE")
            else field
            for field in fields
        ]
        allowed = Allowed(is_addition=is_addition_allowed, is_relaxation=False, is_complete=False)
        engine.catalog.change_fields(cursor, name, given, allowed)
