"""NULL where BigQuery stores none and DuckDB may: in arrays, and in required fields of records."""

from __future__ import annotations

from collections.abc import Callable

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import quote


def check_elements(cursor: DuckDBPyConnection, table_sql: str, fields: list[Field]) -> None:
    """Nothing, when no array in the rows of a DuckDB table has a NULL, however deep it lies.

    Raises BigQueryError: when one has.
    """
    _refuse_where(
        cursor, table_sql, fields, has_null_element, "an array has an element that is NULL."
    )


def check_required(cursor: DuckDBPyConnection, table_sql: str, fields: list[Field]) -> None:
    """Nothing, when no required field is NULL in the rows of a DuckDB table, also within records.

    Raises BigQueryError: naming the column that is, or holds one.
    """
    _refuse_where(cursor, table_sql, fields, lacks_required, "it is required, and null.")


def _refuse_where(
    cursor: DuckDBPyConnection,
    table_sql: str,
    fields: list[Field],
    condition_of: Callable[[str, Field], str | None],
    fault: str,
) -> None:
    for field in fields:
        condition = condition_of(quote(field["name"]), field)
        if condition is None:
            continue
        found = cursor.execute(f"SELECT 1 FROM {table_sql} WHERE {condition} LIMIT 1").fetchone()
        if found is not None:
            raise BigQueryError(
                "Error while reading data, error message: Only optional fields can be set to NULL. "
                f"Field: {field['name']}; {fault}"
            )


def has_null_element(value: str, field: Field, depth: int = 0) -> str | None:
    """The condition that a value of the field holds such an array; None where it cannot."""
    if field["mode"] == "REPEATED":
        item = f"element_{depth}"
        inner = has_null_element(item, {**field, "mode": "NULLABLE"}, depth + 1)
        condition = f"{item} IS NULL" + (f" OR {inner}" if inner else "")
        return f"len(list_filter({value}, lambda {item}: {condition})) > 0"
    if field["type"] != "RECORD":
        return None
    found = [
        has_null_element(f"({value}).{quote(sub['name'])}", sub, depth) for sub in field["fields"]
    ]
    conditions = [f"coalesce({one}, false)" for one in found if one]
    return f"({' OR '.join(conditions)})" if conditions else None


def lacks_required(value: str, field: Field, depth: int = 0) -> str | None:
    """The condition that a required field is NULL in a value; None where there is none."""
    if field["mode"] == "REPEATED":
        item = f"item_{depth}"
        inner = lacks_required(item, {**field, "mode": "NULLABLE"}, depth + 1)
        return f"len(list_filter({value}, lambda {item}: {inner})) > 0" if inner else None
    conditions = [f"{value} IS NULL"] if field["mode"] == "REQUIRED" else []
    for sub in field.get("fields") or []:
        inner = lacks_required(f"({value}).{quote(sub['name'])}", sub, depth)
        if inner is not None:
            conditions.append(f"({value} IS NOT NULL AND {inner})")
    return f"coalesce({' OR '.join(conditions)}, false)" if conditions else None
