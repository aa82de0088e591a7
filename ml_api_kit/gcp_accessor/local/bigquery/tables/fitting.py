"""Values in the types with parameters of their fields, also within arrays and structs.

A column of such a type has a CHECK in DuckDB, which knows none for elements of arrays: where one is
nested, the rows are looked at after each statement that writes, before it is committed. Variables
are looked at when they get a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal
from ml_api_kit.gcp_accessor.local.bigquery.tables.null_elements import lacks_required
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import (
    misfit_sql,
    misfit_text,
    rounded_sql,
    spelled_parameters,
)

_NUMERIC_WHOLE = 29


def has_parameters(field: Field) -> bool:
    """Whether the type of a field, or one within it, has parameters."""
    inner = field.get("fields") or []
    return bool(spelled_parameters(field)) or any(map(has_parameters, inner))


def is_nested(field: Field) -> bool:
    """Whether the field has parameters that no CHECK of its column holds it to."""
    return has_parameters(field) and (field["mode"] == "REPEATED" or field["type"] == "RECORD")


def fitted_sql(value: str, field: Field) -> str:
    """The value with each NUMERIC in it rounded half away from zero to the scale of its field."""
    if not is_nested(field):
        return rounded_sql(value, field)
    narrow = _narrow_type(field)
    return value if narrow is None else f"CAST(CAST({value} AS {narrow}) AS {duckdb_type(field)})"


def checked_sql(value: str, field: Field) -> str:
    """The value, which is refused when it does not fit the parameters of the field."""
    if not has_parameters(field):
        return value
    misfit = _misfit("value", field)
    error = f"error({text_literal(misfit_text(_leaf(field)))})"
    checked = f"CASE WHEN {misfit} THEN {error} ELSE value END"
    return f"list_transform([{value}], lambda value: {checked})[1]"


def check_nested(cursor: DuckDBPyConnection, table_sql: str, fields: list[Field]) -> None:
    """Nothing, when every nested value of the table fits its field.

    Raises BigQueryError: naming the column that has one that does not fit the parameters of its
        field, or that is NULL where it is required.
    """
    for field in fields:
        # DuckDB knows NOT NULL of columns alone.
        lacks = lacks_required(quote(field["name"]), {**field, "mode": _nullable(field)})
        if lacks and cursor.execute(f"SELECT 1 FROM {table_sql} WHERE {lacks} LIMIT 1").fetchone():
            raise invalid_query(f"Required field in {field['name']} cannot be null")
        if not is_nested(field):
            continue
        condition = _misfit(quote(field["name"]), field)
        if cursor.execute(f"SELECT 1 FROM {table_sql} WHERE {condition} LIMIT 1").fetchone():
            raise invalid_query(f"Column {field['name']}: {misfit_text(_leaf(field))}")


def _nullable(field: Field) -> str:
    return "REPEATED" if field["mode"] == "REPEATED" else "NULLABLE"


def check_top(cursor: DuckDBPyConnection, table_sql: str, fields: list[Field]) -> None:
    """The same for rows in a table without the CHECKs of its columns."""
    for field in fields:
        if not has_parameters(field):
            continue
        value = fitted_sql(quote(field["name"]), field)
        condition = _misfit(value, field)
        if cursor.execute(f"SELECT 1 FROM {table_sql} WHERE {condition} LIMIT 1").fetchone():
            raise invalid_query(f"Column {field['name']}: {misfit_text(_leaf(field))}")


def _leaf(field: Field) -> Mapping[str, Any]:
    """The field with parameters that the words are about: itself, or the first within it."""
    if spelled_parameters(field):
        return field
    return next(_leaf(inner) for inner in field["fields"] if has_parameters(inner))


def _narrow_type(field: Field) -> str | None:
    """The DuckDB type with each NUMERIC in its scale; None where there is none with one."""
    spelled = _narrow(field)
    return spelled if spelled != duckdb_type(field) else None


def _narrow(field: Field) -> str:
    if field["type"] == "RECORD":
        inner = ", ".join(f"{quote(sub['name'])} {_narrow(sub)}" for sub in field["fields"])
        base = f"STRUCT({inner})"
    elif field["type"] == "NUMERIC" and field.get("precision") is not None:
        scale = int(field.get("scale") or 0)
        base = f"DECIMAL({_NUMERIC_WHOLE + scale}, {scale})"
    else:
        return duckdb_type(field)
    return f"{base}[]" if field["mode"] == "REPEATED" else base


def _misfit(value: str, field: Field, depth: int = 0) -> str:
    """The condition that a value of the field has a part that does not fit; never NULL."""
    if field["mode"] == "REPEATED":
        item = f"fitting_{depth}"
        inner = _misfit(item, {**field, "mode": "NULLABLE"}, depth + 1)
        return f"coalesce(len(list_filter({value}, lambda {item}: {inner})) > 0, false)"
    if field["type"] != "RECORD":
        return f"coalesce({misfit_sql(value, field)}, false)"
    parts = [
        _misfit(f"({value}).{quote(sub['name'])}", sub, depth)
        for sub in field["fields"]
        if has_parameters(sub)
    ]
    return f"({' OR '.join(parts)})"
