"""Query parameters, from their REST form to typed constants in the statement's tree."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import (
    DUCKDB_TYPES,
    RANGE_ELEMENTS,
    duckdb_type,
    legacy_name,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import cast


def bind_parameters(tree: exp.Expr, parameters: Iterable[Any]) -> exp.Expr:
    """The statement with each `@name` and `?` replaced by its value.

    Values become constants of their own type in the tree, never text that is parsed again.

    Raises BigQueryError: when a parameter is missing, malformed, or does not fit its type.
    """
    given = list(parameters)
    if not all(isinstance(parameter, dict) for parameter in given):
        raise BigQueryError("Query parameters must be objects.")
    named = {str(p["name"]).lower(): p for p in given if p.get("name")}
    positional = [p for p in given if not p.get("name")]
    for node in list(tree.find_all(exp.Parameter)):
        name = node.name.lower()
        if name not in named:
            raise invalid_query(f"Query parameter '{name}' not found")
        tree = _substitute(tree, node, _value(named[name]))
    marks = list(tree.find_all(exp.Placeholder, bfs=False))
    if len(marks) > len(positional):
        raise invalid_query(
            f"Query parameter number {len(positional) + 1} is not defined: the statement has "
            f"{len(marks)} positional parameters."
        )
    for mark, parameter in zip(marks, positional, strict=False):
        tree = _substitute(tree, mark, _value(parameter))
    return tree


def _substitute(tree: exp.Expr, node: exp.Expr, value: exp.Expr) -> exp.Expr:
    if node is tree:
        return value
    node.replace(value)
    return tree


def _value(parameter: dict[str, Any]) -> exp.Expr:
    kind = parameter.get("parameterType")
    value = parameter.get("parameterValue")
    return _constant(kind, value if isinstance(value, dict) else {})


def _constant(kind: Any, value: dict[str, Any]) -> exp.Expr:
    if not isinstance(kind, dict) or not isinstance(kind.get("type"), str):
        raise BigQueryError("A query parameter has no type.")
    type_name = kind["type"].upper()
    if type_name == "ARRAY":
        return _array(kind, value)
    if type_name == "STRUCT":
        return _struct(kind, value)
    if type_name == "RANGE":
        return _range(kind, value)
    text = value.get("value")
    if text is None:
        return duckdb_cast(exp.null(), DUCKDB_TYPES[legacy_name(type_name)])
    return scalar_constant(type_name, str(text))


def scalar_constant(type_name: str, text: str) -> exp.Expr:
    """The constant that `text` means as a value of the BigQuery type.

    Raises BigQueryError: when the text is no base64 for BYTES, or the type is not supported.
    """
    name = legacy_name(type_name)
    if name == "STRING":
        return exp.Literal.string(text)
    if name == "BYTES":
        return _bytes(text)
    literal = exp.Literal.string(text)
    if name == "FLOAT":
        # The rewrite of the user's own CAST knows where NaN may stand.
        return cast(literal, "DOUBLE")
    if name == "JSON":
        return duckdb_cast(literal, "JSON")
    if name == "GEOGRAPHY":
        return marked(exp.Anonymous(this="bq_st_geogfromtext", expressions=[literal]))
    macro = {"INTEGER": "int64", "BOOLEAN": "bool"}.get(name, name.lower())
    return marked(exp.Anonymous(this=f"bq_cast_{macro}", expressions=[literal]))


def _bytes(text: str) -> exp.Expr:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BigQueryError(f"Invalid BYTES parameter: {error}") from error
    return marked(exp.Anonymous(this="unhex", expressions=[exp.Literal.string(data.hex())]))


def _array(kind: dict[str, Any], value: dict[str, Any]) -> exp.Expr:
    element = kind.get("arrayType")
    items = value.get("arrayValues") or []
    constants = [_constant(element, item if isinstance(item, dict) else {}) for item in items]
    array = exp.Array(expressions=constants)
    return duckdb_cast(array, parameter_duckdb_type(kind))


def _struct(kind: dict[str, Any], value: dict[str, Any]) -> exp.Expr:
    fields = kind.get("structTypes")
    values = value.get("structValues") or {}
    is_list = isinstance(fields, list) and all(isinstance(field, dict) for field in fields)
    if not is_list or not fields or not isinstance(values, dict):
        raise BigQueryError("A STRUCT parameter has no fields.")
    members = [
        exp.PropertyEQ(
            this=exp.to_identifier(field.get("name"), quoted=True),
            expression=_constant(field.get("type"), values.get(field.get("name")) or {}),
        )
        for field in fields
    ]
    return exp.Struct(expressions=members)


def _range(kind: dict[str, Any], value: dict[str, Any]) -> exp.Expr:
    element = kind.get("rangeElementType")
    if not isinstance(element, dict) or element.get("type") not in RANGE_ELEMENTS:
        raise BigQueryError("A RANGE parameter has no element type.")
    given = value.get("rangeValue")
    if given is None:
        return duckdb_cast(exp.null(), parameter_duckdb_type(kind))
    if not isinstance(given, dict):
        raise BigQueryError("A RANGE parameter has no start and end.")
    bounds = [given.get(name) or {} for name in ("start", "end")]
    constants = [_constant(element, bound if isinstance(bound, dict) else {}) for bound in bounds]
    return marked(exp.Anonymous(this="bq_range", expressions=constants))


def parameter_duckdb_type(kind: dict[str, Any]) -> str:
    """The DuckDB type for a `QueryParameterType`.

    >>> parameter_duckdb_type({"type": "ARRAY", "arrayType": {"type": "INT64"}})
    'BIGINT[]'
    """
    type_name = str(kind.get("type")).upper()
    if type_name == "ARRAY":
        element = kind.get("arrayType")
        if not isinstance(element, dict):
            raise BigQueryError("An ARRAY parameter has no element type.")
        return f"{parameter_duckdb_type(element)}[]"
    if type_name == "STRUCT":
        inner = ", ".join(
            f'"{field["name"]}" {parameter_duckdb_type(field["type"])}'
            for field in kind.get("structTypes", [])
        )
        return f"STRUCT({inner})"
    if type_name == "RANGE":
        return duckdb_type({"type": type_name, "mode": "NULLABLE", **kind})
    return DUCKDB_TYPES[legacy_name(type_name)]


def duckdb_cast(value: exp.Expr, duckdb_type: str) -> exp.Expr:
    """The value cast to a DuckDB type, marked so that no rewrite takes it for the user's CAST."""
    return marked(cast(value, duckdb_type))


def marked(node: exp.Expr) -> exp.Expr:
    """The node, marked as already in DuckDB's terms."""
    node.meta["is_duckdb"] = True
    return node
