"""Arrays that BigQuery stores have no NULL among their elements; DuckDB's may."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import quote


def check_elements(cursor: DuckDBPyConnection, table_sql: str, fields: list[Field]) -> None:
    """Nothing, when no array in the rows of a DuckDB table has a NULL, however deep it lies.

    Raises BigQueryError: when one has.
    """
    for field in fields:
        condition = _has_null(quote(field["name"]), field)
        if condition is None:
            continue
        found = cursor.execute(f"SELECT 1 FROM {table_sql} WHERE {condition} LIMIT 1").fetchone()
        if found is not None:
            raise BigQueryError(
                "Error while reading data, error message: Only optional fields can be set to NULL. "
                f"Field: {field['name']}; an array has an element that is NULL."
            )


def _has_null(value: str, field: Field, depth: int = 0) -> str | None:
    """The condition that a value of the field holds such an array; None where it cannot."""
    if field["mode"] == "REPEATED":
        item = f"element_{depth}"
        inner = _has_null(item, {**field, "mode": "NULLABLE"}, depth + 1)
        condition = f"{item} IS NULL" + (f" OR {inner}" if inner else "")
        return f"len(list_filter({value}, lambda {item}: {condition})) > 0"
    if field["type"] != "RECORD":
        return None
    found = [_has_null(f"({value}).{quote(sub['name'])}", sub, depth) for sub in field["fields"]]
    conditions = [f"coalesce({one}, false)" for one in found if one]
    return f"({' OR '.join(conditions)})" if conditions else None
