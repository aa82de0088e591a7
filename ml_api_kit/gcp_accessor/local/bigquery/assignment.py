"""Values on their way into columns by INSERT and UPDATE: only the coercions that BigQuery does."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, literal_text, text

_ACCEPTED = {
    "INTEGER": "|BIGINT|",
    "FLOAT": "|BIGINT|DOUBLE|DECIMAL|",
    "NUMERIC": "|BIGINT|DECIMAL|",
    "STRING": "|VARCHAR|",
    "BYTES": "|BLOB|",
    "BOOLEAN": "|BOOLEAN|",
    "DATE": "|DATE|",
    "TIME": "|TIME|",
    "DATETIME": "|DATE|TIMESTAMP|",
    "TIMESTAMP": "|TIMESTAMP WITH TIME ZONE|",
    "JSON": "|JSON|",
}
_LITERAL_CASTS = {"DATE", "TIME", "DATETIME", "TIMESTAMP"}


def assigned(value: exp.Expr, field: Field) -> exp.Expr:
    """The value, checked to have a type that the field takes; text constants become dates."""
    if field["mode"] == "REPEATED" or field["type"] == "RECORD":
        return value
    if literal_text(value) is not None and field["type"] in _LITERAL_CASTS:
        return call(f"bq_cast_{field['type'].lower()}", value)
    if field["type"] == "NUMERIC" and (constant := _float_constant(value)) is not None:
        return call("bq_cast_numeric", text(constant))
    return call("bq_assign", value, text(_ACCEPTED[field["type"]]), text(_label(field)))


def assigned_sql(column_sql: str, field: Field) -> str:
    """The same for a column of a DuckDB query, as text."""
    if field["mode"] == "REPEATED" or field["type"] == "RECORD":
        return column_sql
    accepted = text_literal(_ACCEPTED[field["type"]])
    return f"bq_assign({column_sql}, {accepted}, {text_literal(_label(field))})"


def canonical_sql(field: Field, duckdb_type: str) -> str:
    """The expression that gives a result column the one DuckDB type of its BigQuery type."""
    column = quote(field["name"])
    if field["mode"] == "REPEATED":
        column = f"bq_check_elements({column})"
    return f"CAST({column} AS {duckdb_type}) AS {quote(field['name'])}"


def _float_constant(value: exp.Expr) -> str | None:
    if not isinstance(value, exp.Cast) or not isinstance(value.this, exp.Literal):
        return None
    return None if value.this.is_string else str(value.this.this)


def _label(field: Field) -> str:
    return f"{field['name']}, which has type {field['type']}"
