"""BigQuery's types as routines hold them: `StandardSqlDataType` in REST, text in SQL.

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/StandardSqlDataType
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.dialect import BigQueryCalls
from ml_api_kit.gcp_accessor.local.bigquery.translation.rewrites.casts import STANDARD_NAMES


def parse_type(text: str) -> exp.DataType:
    """The type that a text of SQL means, as a tree.

    Raises BigQueryError: when it is none.

    >>> parse_type("ARRAY<INT64>").sql("bigquery")
    'ARRAY<INT64>'
    """
    try:
        tree = sqlglot.parse_one(f"CAST(x AS {text})", read=BigQueryCalls)
    except SqlglotError as error:
        raise invalid_query(f"Syntax error: Unexpected type {text}") from error
    kind = tree.args.get("to")
    if not isinstance(kind, exp.DataType):
        raise invalid_query(f"Type not found: {text}")
    type_to_json(kind)
    return kind


def type_to_json(kind: exp.Expr) -> dict[str, Any]:
    """The REST form of a type of the tree.

    Raises BigQueryError: when it is not supported.

    >>> type_to_json(parse_type("ARRAY<STRUCT<x INT64>>"))["arrayElementType"]["typeKind"]
    'STRUCT'
    """
    name = kind.this.name if hasattr(kind.this, "name") else str(kind.this)
    if name == "ARRAY" and kind.expressions:
        return {"typeKind": "ARRAY", "arrayElementType": type_to_json(kind.expressions[0])}
    if name == "RANGE" and kind.expressions:
        return {"typeKind": "RANGE", "rangeElementType": type_to_json(kind.expressions[0])}
    if name == "STRUCT":
        return {"typeKind": "STRUCT", "structType": {"fields": _fields(kind)}}
    if name not in STANDARD_NAMES or kind.expressions:
        raise unsupported(f"the type {kind.sql('bigquery')}")
    return {"typeKind": STANDARD_NAMES[name]}


def _fields(kind: exp.Expr) -> list[dict[str, Any]]:
    fields = []
    for member in kind.expressions:
        if isinstance(member, exp.ColumnDef):
            fields.append({"name": member.name, "type": type_to_json(member.args["kind"])})
        else:
            fields.append({"type": type_to_json(member)})
    return fields


def type_text(data_type: Mapping[str, Any]) -> str:
    """The type of a REST form as SQL spells it.

    Raises BigQueryError: when it has no kind.

    >>> type_text({"typeKind": "ARRAY", "arrayElementType": {"typeKind": "INT64"}})
    'ARRAY<INT64>'
    """
    kind = data_type.get("typeKind")
    if not isinstance(kind, str):
        raise BigQueryError("A type of a routine has no typeKind.")
    if kind == "ARRAY":
        return f"ARRAY<{type_text(data_type['arrayElementType'])}>"
    if kind == "RANGE":
        return f"RANGE<{type_text(data_type['rangeElementType'])}>"
    if kind == "STRUCT":
        fields = data_type["structType"].get("fields") or []
        inner = ", ".join(
            f"{field['name']} {type_text(field['type'])}"
            if field.get("name")
            else type_text(field["type"])
            for field in fields
        )
        return f"STRUCT<{inner}>"
    return kind


def type_from_json(data_type: Mapping[str, Any]) -> exp.DataType:
    """The type of a REST form as a tree.

    Raises BigQueryError: when it is not supported.
    """
    return parse_type(type_text(data_type))
