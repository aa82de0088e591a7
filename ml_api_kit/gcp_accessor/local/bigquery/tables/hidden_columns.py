"""Columns of DuckDB's tables that no schema names, and no `*` shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import quote
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import (
    PARTITION_TIME,
    column_sql,
    is_by_ingestion,
)

FILE_NAME = "_FILE_NAME"
"""The column of an external table that says which object a row is from."""


def hidden_fields(resource: Mapping[str, Any]) -> list[Field]:
    """The hidden columns of a table: the time of its partition, or the object that a row is from.

    >>> [field["name"] for field in hidden_fields({"timePartitioning": {"type": "DAY"}})]
    ['_PARTITIONTIME']
    """
    if is_by_ingestion(resource):
        return [{"name": PARTITION_TIME, "type": "TIMESTAMP", "mode": "NULLABLE"}]
    if resource.get("externalDataConfiguration"):
        return [{"name": FILE_NAME, "type": "STRING", "mode": "NULLABLE"}]
    return []


def hidden_columns_sql(resource: Mapping[str, Any]) -> list[str]:
    """The same columns in DuckDB's CREATE TABLE."""
    if is_by_ingestion(resource):
        return [column_sql(resource)]
    if resource.get("externalDataConfiguration"):
        return [f"{quote(FILE_NAME)} VARCHAR"]
    return []
