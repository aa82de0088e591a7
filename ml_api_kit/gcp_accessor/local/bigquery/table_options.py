"""Partitions, clusters and fields that a job gives the table that it writes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName

_STORAGE = ("timePartitioning", "rangePartitioning", "clustering")


def storage_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a job's options that a table keeps as its own.

    They say how BigQuery stores the table, which changes no answer.

    >>> storage_options({"clustering": {"fields": ["name"]}, "writeDisposition": "WRITE_EMPTY"})
    {'clustering': {'fields': ['name']}}
    """
    properties = options.get("destinationTableProperties") or {}
    described = {
        key: properties[key]
        for key in ("description", "friendlyName", "labels", "expirationTime")
        if properties.get(key)
    }
    return described | {key: options[key] for key in _STORAGE if options.get(key)}


def put_storage_options(engine: Database, name: TableName, options: Mapping[str, Any]) -> None:
    """Keep these members with the table, where there are any."""
    if not options:
        return
    with engine.writing() as cursor:
        resource = engine.catalog.table(cursor, name)
        engine.catalog.put_table(cursor, name, {**resource, **options})


def add_missing_fields(engine: Database, name: TableName, fields: list[Field]) -> None:
    """Add the fields that the table lacks, if there is such a table.

    Raises BigQueryError: when a field would have to change.
    """
    with engine.writing() as cursor:
        found = engine.catalog.find_table(cursor, name)
        if found is None:
            return
        present = found["schema"]["fields"]
        known = {field["name"].lower() for field in present}
        added = [field for field in fields if field["name"].lower() not in known]
        if added:
            engine.catalog.add_fields(cursor, name, [*present, *added])
