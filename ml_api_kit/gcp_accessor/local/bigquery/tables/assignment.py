"""Values on their way into columns by INSERT and UPDATE: only the coercions that BigQuery does."""

from __future__ import annotations

import duckdb
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type, standard_type
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal
from ml_api_kit.gcp_accessor.local.bigquery.tables.fitting import fitted, fitted_sql
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
    """The value, checked to have a type that the field takes; text constants become dates."""
    if field["mode"] == "REPEATED" or field["type"] in ("RECORD", "RANGE"):
        return fitted(_named_like(value, field), field)
    if (constant := constant_as(value, field["type"])) is not None:
        return _rounded(constant, field)
    checked = call(
        "bq_assign",
        value,
        text(ACCEPTED[field["type"]]),
        text(_mismatch(field, is_inserted=is_inserted)),
    )
    return _rounded(checked, field)


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


def _named_like(value: exp.Expr, field: Field) -> exp.Expr:
    """A constant struct or array with the names of the field, for DuckDB casts them by name."""
    is_query = isinstance(value, exp.Array) and value.find(exp.Query) is not None
    if isinstance(value, exp.Array) and field["mode"] == "REPEATED" and not is_query:
        element = {**field, "mode": "NULLABLE"}
        return exp.Array(expressions=[_named_like(v.copy(), element) for v in value.expressions])
    if isinstance(value, exp.Struct) and field["type"] == "RECORD":
        if len(value.expressions) != len(field["fields"]):
            raise invalid_query(f"The STRUCT for {field['name']} has another number of fields")
        members = [
            exp.PropertyEQ(
                this=exp.to_identifier(inner["name"], quoted=True),
                expression=_named_like(member.expression.copy(), inner),
            )
            for member, inner in zip(value.expressions, field["fields"], strict=True)
        ]
        return exp.Struct(expressions=members)
    is_scalar = field["type"] != "RECORD" and field["mode"] != "REPEATED"
    if is_scalar:
        return value
    if isinstance(value, exp.Null):
        return value
    # DuckDB would take the fields of another struct by their names, BigQuery by their places.
    spelled = str(duckdb.sqltype(duckdb_type(field)))
    message = f"not supported by the local BigQuery: a value of another type than {field['name']}, "
    return call("bq_assign", value, text(f"|{spelled}|"), text(f"{message}which has {spelled}"))


def has_same_fields(given: Field, wanted: Field) -> bool:
    """Whether two fields, where both are structs, have fields of the same names in one order."""
    if given["type"] != "RECORD" or wanted["type"] != "RECORD":
        return True
    pairs = [given["fields"], wanted["fields"]]
    names = [[item["name"].lower() for item in fields] for fields in pairs]
    return names[0] == names[1] and all(map(has_same_fields, *pairs))


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
