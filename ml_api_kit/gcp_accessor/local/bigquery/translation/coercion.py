"""Columns of a query as the fields of a table or variable: coerced where BigQuery coerces.

Structs are taken by the place of their fields and arrays element by element, as BigQuery does and
DuckDB's casts, which go by name, do not.
"""

from __future__ import annotations

from collections.abc import Callable

from duckdb.sqltypes import DuckDBPyType
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import (
    Field,
    duckdb_type,
    field_from_duckdb,
    standard_type,
)
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal
from ml_api_kit.gcp_accessor.local.bigquery.tables.fitting import fitted_sql
from ml_api_kit.gcp_accessor.local.bigquery.tables.null_elements import has_null_element
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import literal_text, named

_SOURCES = {
    "FLOAT": ("INTEGER", "NUMERIC", "BIGNUMERIC"),
    "NUMERIC": ("INTEGER",),
    "BIGNUMERIC": ("INTEGER", "NUMERIC"),
    "DATETIME": ("DATE",),
    "TIMESTAMP": (),
}
_FROM_TEXT = ("DATE", "TIME", "DATETIME", "TIMESTAMP", "BYTES")

Mismatch = Callable[[str, str], BigQueryError]
"""The error for a value of the first type where the second, in SQL's spelling, is wanted."""


def coerced_sql(sql: str, given: DuckDBPyType, wanted: Field, mismatch: Mismatch) -> str:
    """DuckDB's SQL for a value of the type `given` in the type of the field.

    Raises BigQueryError: the mismatch, when BigQuery has no such coercion.
    """
    return fitted_sql(_coerced_sql(sql, given, wanted, mismatch), wanted)


def _coerced_sql(sql: str, given: DuckDBPyType, wanted: Field, mismatch: Mismatch) -> str:
    if str(given) == '"NULL"':
        return f"CAST({sql} AS {duckdb_type(wanted)})"
    found = field_from_duckdb(wanted["name"], given)
    if duckdb_type(found) == duckdb_type(wanted):
        return f"CAST({_checked(sql, wanted)} AS {duckdb_type(wanted)})"
    error = mismatch(standard_type(found), standard_type(wanted))
    if (found["mode"] == "REPEATED") is not (wanted["mode"] == "REPEATED"):
        raise error
    if wanted["mode"] == "REPEATED":
        inner = {**wanted, "mode": "NULLABLE"}
        element = coerced_sql("e", _child(given, 0), inner, lambda *_: error)
        elements = f"list_transform(bq_check_elements({sql}), lambda e: {element})"
        return f"CAST({elements} AS {duckdb_type(wanted)})"
    if wanted["type"] == "RECORD" and found["type"] == "RECORD":
        return _struct_sql(sql, given, wanted, error)
    if found["type"] not in _SOURCES.get(wanted["type"], ()):
        raise error
    if wanted["type"] == "BIGNUMERIC" or found["type"] == "BIGNUMERIC":
        return f"bq_cast_{standard_type(wanted).lower()}({sql})"
    return f"CAST({sql} AS {duckdb_type(wanted)})"


def _checked(sql: str, field: Field) -> str:
    """The value, which is refused when an array in it has a NULL, however deep it lies."""
    condition = has_null_element(sql, field)
    if condition is None:
        return sql
    if field["mode"] == "REPEATED" and field["type"] != "RECORD":
        return f"bq_check_elements({sql})"
    error = "py_error('Array cannot have a null element; error in writing field')"
    return f"CASE WHEN {condition} THEN {error} ELSE {sql} END"


def _child(kind: DuckDBPyType, position: int) -> DuckDBPyType:
    child = kind.children[position][1]
    assert isinstance(child, DuckDBPyType)
    return child


def _struct_sql(sql: str, given: DuckDBPyType, wanted: Field, error: BigQueryError) -> str:
    fields = wanted["fields"]
    if len(given.children) != len(fields):
        raise error
    members = []
    for position, (child, field) in enumerate(zip(given.children, fields, strict=True)):
        value = f"struct_extract({sql}, {text_literal(child[0])})"
        member = coerced_sql(value, _child(given, position), field, lambda *_: error)
        members.append(f"{quote(field['name'])} := {member}")
    return f"CASE WHEN {sql} IS NULL THEN NULL ELSE struct_pack({', '.join(members)}) END"


def literals_as(value: exp.Expr, wanted: Field) -> exp.Expr:
    """The expression with its constants as values of the field, where BigQuery reads them so.

    A text stands for a date, and a number with a point for a NUMERIC, in arrays and structs too.
    """
    if isinstance(value, (exp.Paren,)):
        return exp.Paren(this=literals_as(value.this.copy(), wanted))
    if wanted["mode"] == "REPEATED":
        if not isinstance(value, exp.Array) or value.find(exp.Query):
            return value
        element = {**wanted, "mode": "NULLABLE"}
        copied = value.copy()
        copied.set("expressions", [literals_as(v.copy(), element) for v in value.expressions])
        return copied
    if wanted["type"] == "RECORD":
        return _struct_literals(value, wanted)
    unsigned = value.this if isinstance(value, exp.Neg) else value
    is_number = isinstance(unsigned, exp.Literal) and not unsigned.is_string
    is_text = literal_text(value) is not None and wanted["type"] in _FROM_TEXT
    if is_text or (is_number and wanted["type"] in ("NUMERIC", "BIGNUMERIC")):
        sign = "-" if unsigned is not value else ""
        literal = exp.Literal.string(sign + unsigned.name) if is_number else value.copy()
        to = exp.DataType.build(wanted["type"], dialect="bigquery")
        return exp.Cast(this=literal, to=to)
    return value


def _struct_literals(value: exp.Expr, wanted: Field) -> exp.Expr:
    is_struct = isinstance(value, exp.Tuple) or (
        isinstance(value, exp.Anonymous) and value.name.upper() == "STRUCT"
    )
    if not is_struct or len(value.expressions) != len(wanted["fields"]):
        return value
    copied, members = value.copy(), []
    for item, field in zip(value.expressions, wanted["fields"], strict=True):
        if isinstance(item, exp.Alias):
            members.append(named(literals_as(item.this.copy(), field), item.alias))
        else:
            members.append(literals_as(item.copy(), field))
    copied.set("expressions", members)
    return copied
