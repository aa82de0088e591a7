"""BigQuery fields and the DuckDB types that hold them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from duckdb.sqltypes import DuckDBPyType

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import quote
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import (
    check_parameters,
    spelled_parameters,
)

Field = dict[str, Any]

# The legacy names are what the REST answers carry; the standard names are what SQL says.
LEGACY_NAMES = {
    "INT64": "INTEGER",
    "FLOAT64": "FLOAT",
    "BOOL": "BOOLEAN",
    "STRUCT": "RECORD",
    "DECIMAL": "NUMERIC",
    "BIGDECIMAL": "BIGNUMERIC",
}

DUCKDB_TYPES = {
    "INTEGER": "BIGINT",
    "FLOAT": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "STRING": "VARCHAR",
    "BYTES": "BLOB",
    "DATE": "DATE",
    "TIME": "TIME",
    "DATETIME": "TIMESTAMP",
    "TIMESTAMP": "TIMESTAMP WITH TIME ZONE",
    "NUMERIC": "DECIMAL(38,9)",
    "JSON": "JSON",
    "BIGNUMERIC": BIGNUMERIC,
    "INTERVAL": "INTERVAL",
    "GEOGRAPHY": "GEOMETRY",
}

_BIGQUERY_TYPES = {
    **{duckdb_type: name for name, duckdb_type in DUCKDB_TYPES.items()},
    **dict.fromkeys(
        [
            "TINYINT", "SMALLINT", "INTEGER", "HUGEINT",
            "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
            '"NULL"', "NULL",
        ],
        "INTEGER",
    ),
    "TIMESTAMP_S": "DATETIME",
    "TIMESTAMP_MS": "DATETIME",
    "TIMESTAMP_NS": "DATETIME",
    "TIMESTAMPTZ_NS": "TIMESTAMP",
    "TIME_NS": "TIME",
}  # fmt: skip

RANGE_ELEMENTS = ("DATE", "DATETIME", "TIMESTAMP")
_STANDARD = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}

# `_TABLE_SUFFIX` alone is let through, as answers have always shown it here.
_LET_THROUGH = "_TABLE_SUFFIX"
_RESERVED = ("_PARTITION", "_TABLE_", "_FILE_", "_ROW_TIMESTAMP", "__ROOT__", "_COLIDENTIFIER")
_MOST_DESCRIPTION = 1024
_TYPE_NAMES = {*LEGACY_NAMES, *DUCKDB_TYPES, "RECORD", "RANGE", "FOREIGN"}
# The others are what DuckDB calls the row of SELECT AS STRUCT, and an element that may have fields.
_NAMELESS = re.compile(r"_field_\d+|struct_pack\(.*\)|unnest\(.*, max_depth := 2\)", re.DOTALL)
_FIELD_NAME = re.compile(r"[^\W\d]\w{0,299}")


def legacy_name(type_name: str) -> str:
    """The legacy name of a BigQuery type, in capitals.

    Raises BigQueryError: when the local BigQuery has no such type.

    >>> legacy_name("int64")
    'INTEGER'
    """
    name = LEGACY_NAMES.get(type_name.upper(), type_name.upper())
    if name != "RECORD" and name not in DUCKDB_TYPES:
        raise unsupported(f"the type {type_name.upper()}")
    return name


def check_fields(fields: Any, *, where: str = "schema") -> list[Field]:
    """The fields of a schema with legacy type names and modes filled in.

    Raises BigQueryError: when a field has no name or type, a name twice, or is not supported.
    """
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        raise BigQueryError(f"Invalid schema: the fields of {where} must be a list of objects.")
    checked = [_check_field(field) for field in fields]
    names = [field["name"].lower() for field in checked]
    for name in names:
        if names.count(name) > 1:
            raise BigQueryError(f"Field {name} already exists in schema")
    return checked


def is_nameless(name: str) -> bool:
    """Whether a column or a field of a struct has this name because BigQuery has none for it.

    >>> is_nameless("_field_1")
    True
    """
    return _NAMELESS.fullmatch(name) is not None


def check_name(name: str, *, reason: str = "invalid") -> None:
    """Nothing, when a column of a table or an answer may have the name.

    Raises BigQueryError: when it is kept for pseudo columns.
    """
    if name.upper().startswith(_RESERVED) and name.upper() != _LET_THROUGH:
        raise BigQueryError(
            f'Invalid field name "{name}". Field names are not allowed to start with the '
            f"(case-insensitive) prefixes {', '.join(_RESERVED[:-1])} and {_RESERVED[-1]}",
            reason=reason,
        )


def _check_field(field: Field) -> Field:
    name, type_name = field.get("name"), field.get("type")
    if not isinstance(name, str) or not _FIELD_NAME.fullmatch(name):
        raise BigQueryError(
            f'Invalid field name "{name}". Fields must contain only letters, numbers, and '
            "underscores, start with a letter or underscore, and be at most 300 characters long."
        )
    check_name(name)
    if not isinstance(type_name, str):
        raise BigQueryError(f"Field {name} has no type.")
    if len(str(field.get("description") or "")) > _MOST_DESCRIPTION:
        raise BigQueryError(
            f"The description of field {name} is too long; it may have {_MOST_DESCRIPTION} "
            "characters."
        )
    mode = str(field.get("mode") or "NULLABLE").upper()
    if mode not in ("NULLABLE", "REQUIRED", "REPEATED"):
        raise BigQueryError(f"Invalid mode {mode} of field {name}.")
    if type_name.upper() not in _TYPE_NAMES:
        raise BigQueryError(f"Invalid value for type: {type_name} is not a valid value")
    if type_name.upper() == "RANGE":
        check_parameters({**field, "type": "RANGE", "mode": mode})
        return {**field, **_range_type(name, field), "mode": mode}
    checked = {**field, "type": legacy_name(type_name), "mode": mode}
    if not object_member(field, "policyTags").get("names"):
        # An empty list takes them away.
        checked.pop("policyTags", None)
    check_parameters(checked)
    if str(field.get("timestampPrecision") or 6) != "6":
        raise unsupported(f"picoseconds, as of field {name}")
    if checked["type"] == "RECORD":
        if not field.get("fields"):
            raise BigQueryError(f"Field {name} is type RECORD but has no schema")
        checked["fields"] = check_fields(field["fields"], where=name)
        if any(map(_is_sized_big, checked["fields"])):
            raise unsupported(f"BIGNUMERIC with parameters within field {name}")
    return checked


def _is_sized_big(field: Field) -> bool:
    return field["type"] == "BIGNUMERIC" and spelled_parameters(field) != ""


def _range_type(name: str, field: Field) -> Field:
    element = field.get("rangeElementType")
    kind = element.get("type") if isinstance(element, dict) else None
    if str(kind).upper() not in RANGE_ELEMENTS:
        raise BigQueryError(f"Field {name} is a RANGE of no DATE, DATETIME or TIMESTAMP")
    return {"type": "RANGE", "rangeElementType": {"type": str(kind).upper()}}


def duckdb_type(field: Mapping[str, Any]) -> str:
    """The DuckDB type that holds a checked field.

    >>> duckdb_type({"name": "scores", "type": "FLOAT", "mode": "REPEATED"})
    'DOUBLE[]'
    """
    if field["type"] == "RECORD":
        inner = ", ".join(f"{quote(sub['name'])} {duckdb_type(sub)}" for sub in field["fields"])
        base = f"STRUCT({inner})"
    elif field["type"] == "RANGE":
        bound = DUCKDB_TYPES[field["rangeElementType"]["type"]]
        base = f'STRUCT("@range_start" {bound}, "@range_end" {bound})'
    else:
        base = DUCKDB_TYPES[field["type"]]
    return f"{base}[]" if field["mode"] == "REPEATED" else base


def standard_type(field: Field) -> str:
    """The type of a field as SQL has it, such as `ARRAY<INT64>`.

    >>> standard_type({"name": "x", "type": "INTEGER", "mode": "REPEATED"})
    'ARRAY<INT64>'
    """
    base = _STANDARD.get(field["type"], str(field["type"])) + spelled_parameters(field)
    if field["type"] == "RECORD":
        inner = ", ".join(f"{item['name']} {standard_type(item)}" for item in field["fields"])
        base = f"STRUCT<{inner}>"
    if field["type"] == "RANGE":
        base = f"RANGE<{field['rangeElementType']['type']}>"
    return f"ARRAY<{base}>" if field["mode"] == "REPEATED" else base


def field_from_duckdb(name: str, column_type: DuckDBPyType) -> Field:
    """The BigQuery field for a DuckDB column.

    Raises BigQueryError: when no BigQuery type has the same values.
    """
    if column_type.id in ("list", "array"):
        element = column_type.children[0][1]
        assert isinstance(element, DuckDBPyType)
        if element.id in ("list", "array"):
            raise BigQueryError(
                f"Cannot construct array with element type ARRAY in column {name} because nested "
                "arrays are not supported",
                reason="invalidQuery",
            )
        return {**field_from_duckdb(name, element), "mode": "REPEATED"}
    field: Field = {"name": name, "mode": "NULLABLE"}
    spelled = str(column_type)
    if column_type.id == "struct":
        children = [(child, kind) for child, kind in column_type.children]
        if spelled == BIGNUMERIC:
            return {**field, "type": "BIGNUMERIC"}
        if [child for child, _ in children] == ["@range_start", "@range_end"]:
            element = field_from_duckdb(name, _python_type(children[0][1]))["type"]
            return {**field, "type": "RANGE", "rangeElementType": {"type": element}}
        return {
            **field,
            "type": "RECORD",
            "fields": [field_from_duckdb(child, _python_type(kind)) for child, kind in children],
        }
    if column_type.id == "decimal":
        return {**field, "type": "NUMERIC"}
    if spelled == "FLOAT":
        return {**field, "type": "FLOAT"}
    if spelled not in _BIGQUERY_TYPES:
        raise unsupported(f"a result of type {spelled} in column {name}")
    return {**field, "type": _BIGQUERY_TYPES[spelled]}


def fields_from_duckdb(names: Sequence[str], types: Sequence[DuckDBPyType]) -> list[Field]:
    """The BigQuery schema for the columns of a DuckDB relation, in their order."""
    return [field_from_duckdb(name, kind) for name, kind in zip(names, types, strict=True)]


def _python_type(kind: object) -> DuckDBPyType:
    assert isinstance(kind, DuckDBPyType)
    return kind
