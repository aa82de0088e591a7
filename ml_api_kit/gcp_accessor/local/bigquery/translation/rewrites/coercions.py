"""A value where a type is declared: only the coercions that BigQuery does, unlike a CAST."""

from __future__ import annotations

import duckdb
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import legacy_name
from ml_api_kit.gcp_accessor.local.bigquery.tables.assignment import ACCEPTED, constant_as
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import (
    Coercion,
    call,
    cast,
    literal_text,
    text,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.rewrites.casts import (
    STANDARD_NAMES,
    cast_to,
    duckdb_type,
)

NODES = (Coercion,)
_UNABLE = "Unable to coerce type %t to expected type {to}"
_ELEMENT = "Array element type %t does not coerce to {to}"
_FIELD = "Struct field {position} has type %t which does not coerce to {to}"


def rewrite(node: exp.Expr) -> exp.Expr:
    """The value, checked to have a type that the declared one takes, in the declared type."""
    return _coerced(node.this, node.args["to"], _UNABLE)


def constructed(node: exp.Expr) -> exp.Expr:
    """`ARRAY<T>[…]` and `STRUCT<T>(…)`, of values that are coerced to what is declared."""
    return _coerced(node.this, node.args["to"], _UNABLE)


def _coerced(value: exp.Expr, to: exp.Expr, fault: str) -> exp.Expr:
    name = to.this.name if hasattr(to.this, "name") else str(to.this)
    if name in STANDARD_NAMES:
        return _scalar(value, to, STANDARD_NAMES[name], fault)
    if isinstance(value, exp.Null):
        return cast_to(value, to, "cast")
    # The elements and fields of a constant are coerced one by one.
    if name == "ARRAY" and isinstance(value, exp.Array) and not _is_query(value):
        element = to.expressions[0]
        items = [_coerced(item.copy(), element, _ELEMENT) for item in value.expressions]
        return cast(exp.Array(expressions=items), duckdb_type(to))
    if name == "STRUCT" and isinstance(value, (exp.Struct, exp.Tuple)):
        return _struct(value, to)
    spelled = str(duckdb.sqltype(duckdb_type(to)))
    label = fault.format(to=to.sql("bigquery"))
    return call("bq_assign", value, text(f"|{spelled}|"), text(label))


def _scalar(value: exp.Expr, to: exp.Expr, name: str, fault: str) -> exp.Expr:
    kind = legacy_name(name)
    if (constant := constant_as(value, kind)) is not None:
        return constant
    is_text = kind == "BYTES" and literal_text(value) is not None
    if is_text or (kind == "BIGNUMERIC" and value.meta.get("number") is not None):
        return cast_to(value, to, "cast")
    checked = call("bq_assign", value, text(ACCEPTED[kind]), text(fault.format(to=name)))
    return cast_to(checked, to, "cast") if to.expressions else cast(checked, duckdb_type(to))


def _struct(value: exp.Expr, to: exp.Expr) -> exp.Expr:
    if len(value.expressions) != len(to.expressions):
        raise invalid_query("STRUCT type has a different number of fields than its values")
    members = []
    pairs = zip(value.expressions, to.expressions, strict=True)
    for position, (item, field) in enumerate(pairs, start=1):
        is_named = isinstance(field, exp.ColumnDef)
        name = field.name if is_named else f"_field_{position}"
        given = item.expression if isinstance(item, exp.PropertyEQ) else item
        fault = _FIELD.replace("{position}", str(position))
        inner = _coerced(given.copy(), field.args["kind"] if is_named else field, fault)
        members.append(exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=inner))
    return exp.Struct(expressions=members)


def _is_query(array: exp.Array) -> bool:
    return len(array.expressions) == 1 and isinstance(array.expressions[0], exp.Query)
