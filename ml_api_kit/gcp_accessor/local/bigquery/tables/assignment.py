"""Values on their way into columns by INSERT and UPDATE: only the coercions that BigQuery does."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, standard_type
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal
from ml_api_kit.gcp_accessor.local.bigquery.tables.fitting import fitted_sql
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, cast, literal_text, text
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import rounded_sql

# The DuckDB types of the values that a field of the type takes.
ACCEPTED = {
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
    "BIGNUMERIC": f"|BIGINT|DECIMAL|{BIGNUMERIC}|",
    "INTERVAL": "|INTERVAL|",
    "GEOGRAPHY": "|GEOMETRY|",
}
_LITERAL_CASTS = {"DATE", "TIME", "DATETIME", "TIMESTAMP"}


def assigned(value: exp.Expr, field: Field, *, is_inserted: bool = False) -> exp.Expr:
    """The scalar, checked to have a type that the field takes; text constants become dates."""
    if (constant := constant_of(value, field)) is not None:
        return constant
    checked = call(
        "bq_assign",
        value,
        text(ACCEPTED[field["type"]]),
        text(_mismatch(field, is_inserted=is_inserted)),
    )
    return _rounded(checked, field)


def constant_of(value: exp.Expr, field: Field) -> exp.Expr | None:
    """The value, when it is a constant that BigQuery reads as one of the field's scalar type."""
    if field["mode"] == "REPEATED":
        return None
    constant = constant_as(value, field["type"])
    return None if constant is None else _rounded(constant, field)


def _rounded(value: exp.Expr, field: Field) -> exp.Expr:
    """The value in the scale of a NUMERIC that has one."""
    if field.get("precision") is None:
        return value
    scale = int(field.get("scale") or 0)
    if field["type"] == "BIGNUMERIC":
        mode = text("ROUND_HALF_AWAY_FROM_ZERO")
        return call("py_big_round", value, exp.Literal.number(scale), mode)
    return cast(cast(value, f"DECIMAL({29 + scale}, {scale})"), "DECIMAL(38, 9)")


def constant_as(value: exp.Expr, type_name: str) -> exp.Expr | None:
    """A constant that BigQuery reads as one of the type: a text of a date, a number of NUMERIC."""
    if literal_text(value) is not None and type_name in _LITERAL_CASTS:
        return call(f"bq_cast_{type_name.lower()}", value)
    if type_name == "NUMERIC" and (constant := _float_constant(value)) is not None:
        return call("bq_cast_numeric", text(constant))
    return None


def assigned_sql(column_sql: str, field: Field) -> str:
    """The same for a column of a DuckDB query, as text."""
    if field["mode"] == "REPEATED" or field["type"] in ("RECORD", "RANGE"):
        return fitted_sql(column_sql, field)
    accepted = text_literal(ACCEPTED[field["type"]])
    mismatch = text_literal(_mismatch(field, is_inserted=True))
    return rounded_sql(f"bq_assign({column_sql}, {accepted}, {mismatch})", field)


def canonical_sql(field: Field, type_sql: str) -> str:
    """The expression that gives a result column the one DuckDB type of its BigQuery type."""
    column = quote(field["name"])
    if field["mode"] == "REPEATED":
        column = f"bq_check_elements({column})"
    return f"CAST({column} AS {type_sql}) AS {quote(field['name'])}"


def _float_constant(value: exp.Expr) -> str | None:
    if value.meta.get("is_whole") is False:
        return str(value.meta["number"])
    return None


def _mismatch(field: Field, *, is_inserted: bool) -> str:
    """BigQuery's words for a value of the type `%t` that the field does not take."""
    wanted = f"{field['name']}, which has type {standard_type(field)}"
    if is_inserted:
        return f"Value has type %t which cannot be inserted into column {wanted}"
    return f"Value of type %t cannot be assigned to {wanted}"
