"""Parquet files as DuckDB queries.

Source: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-parquet
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from duckdb import DuckDBPyConnection, DuckDBPyRelation

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import (
    Field,
    check_fields,
    duckdb_type,
    fields_from_duckdb,
    standard_type,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.big_decimals import Spelled, with_spelled_decimals
from ml_api_kit.gcp_accessor.local.bigquery.files.parquet_types import check_type
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source
from ml_api_kit.gcp_accessor.local.bigquery.members import list_member, object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal
from ml_api_kit.gcp_accessor.local.bigquery.tables.assignment import assigned_sql

# The digits before and behind the point that a type has.
_DECIMALS = {"NUMERIC": (29, 9), "BIGNUMERIC": (38, 38)}


def parquet_fields(cursor: DuckDBPyConnection, source: Source) -> list[Field]:
    """The fields that Parquet files describe.

    Raises BigQueryError: when a decimal fits none of the types that the options allow.
    """
    spelled = with_spelled_decimals(cursor, source)
    source = spelled.source
    relation = cursor.sql(f"SELECT * FROM read_parquet({source.files_sql})")
    fields = _natural_fields(cursor, spelled, relation)
    for field, kind in zip(fields, relation.types, strict=True):
        if kind.id == "decimal":
            field["type"] = _decimal_type(source, field["name"], *_digits(kind))
        elif field["name"] in spelled.decimals:
            digits = spelled.decimals[field["name"]]
            field["type"] = _decimal_type(source, field["name"], *digits)
    if not _infers_lists(source):
        fields = [_as_stored(field) for field in fields]
    return check_fields(fields)


def parquet_select(cursor: DuckDBPyConnection, source: Source, fields: list[Field]) -> str:
    """The DuckDB query for Parquet files in the types of the fields; columns are found by name.

    Raises BigQueryError: when a file has a column that no field has.
    """
    spelled = with_spelled_decimals(cursor, source)
    source = spelled.source
    relation = cursor.sql(f"SELECT * FROM read_parquet({source.files_sql})")
    natural = _natural_fields(cursor, spelled, relation)
    fine = {
        name: str(kind)
        for name, kind in zip(relation.columns, relation.types, strict=True)
        if str(kind).endswith("_NS") or _has_fine_digits(kind)
    }
    found = {field["name"].lower(): field for field in natural}
    known = {field["name"].lower() for field in fields}
    unknown = [field["name"] for field in natural if field["name"].lower() not in known]
    if unknown and not source.ignores_unknown_values:
        raise BigQueryError(
            f"Provided Schema does not match the file. Cannot add fields (field: {unknown[0]})"
        )
    stored = _stored_types(cursor, source)
    uri = source.uris[0] if len(source.uris) == 1 else ""
    for field in fields:
        given = found.get(field["name"].lower())
        if given is None or _holds_list(field, given):
            continue
        if _is_decimal_text(source, field, given):
            raise unsupported(f"the decimal {field['name']} of a file as STRING")
        if given["name"] in spelled.decimals and field["type"] != "BIGNUMERIC":
            precision, _ = spelled.decimals[given["name"]]
            raise unsupported(
                f"the decimal {given['name']} of {precision} digits as {standard_type(field)}"
            )
        check_type(field, given, stored, uri=uri, file_format=source.given_format)
    columns = ", ".join(
        f"{_value(field, found.get(field['name'].lower()), fine)} AS {quote(field['name'])}"
        for field in fields
    )
    columns += source.path_columns_sql(relation.columns)
    return f"SELECT {columns} FROM read_parquet({source.files_sql})"


def _digits(kind: Any) -> tuple[int, int]:
    """The precision and the scale of a decimal."""
    (_, precision), (_, scale) = kind.children
    return precision, scale


def _stored_types(cursor: DuckDBPyConnection, source: Source) -> dict[str, str]:
    """The physical types by the names of the columns; none where the files had another format."""
    if source.given_format != "Parquet":
        return {}
    found = cursor.execute(
        f"SELECT name, type FROM parquet_schema({source.files_sql}) WHERE type IS NOT NULL"
    )
    return dict(found.fetchall())


def _has_fine_digits(kind: Any) -> bool:
    return kind.id == "decimal" and int(kind.children[1][1]) > _DECIMALS["NUMERIC"][1]


def _natural_fields(
    cursor: DuckDBPyConnection, spelled: Spelled, relation: DuckDBPyRelation
) -> list[Field]:
    """The fields as the files have them, where DuckDB may tell them from others."""
    fields = fields_from_duckdb(relation.columns, relation.types)
    stored = cursor.execute(
        f"SELECT name FROM parquet_schema({spelled.source.files_sql}) WHERE type = 'INT96'"
    ).fetchall()
    # DuckDB reads these moments as times without zone.
    moments = {name for (name,) in stored}
    for field in fields:
        if field["name"] in moments and field["type"] == "DATETIME":
            field["type"] = "TIMESTAMP"
        if field["name"] in spelled.decimals:
            field["type"] = "BIGNUMERIC"
    return fields


def _value(field: Field, given: Field | None, fine: Mapping[str, str]) -> str:
    target = duckdb_type(field)
    if given is None:
        return f"CAST(NULL AS {target})"
    column = quote(given["name"])
    if _holds_list(field, given):
        # Lists that stay what the file says: records with a list of records.
        item = _stored_item(field, given)
        listed = f"list_transform({column}, lambda item: {item})"
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE struct_pack(list := {listed}) END"
    if given["type"] == "STRING" and field["type"] == "JSON":
        return f"CAST({column} AS JSON)"
    if given["type"] == "STRING" and field["type"] == "GEOGRAPHY" and field["mode"] != "REPEATED":
        return f"bq_st_geogfromtext({column})"
    if given["type"] == "NUMERIC" and field["type"] == "BIGNUMERIC":
        # Its text has every digit; a NUMERIC would have nine of them behind the point.
        return f"bq_cast_bignumeric(CAST({column} AS VARCHAR))"
    if given["type"] == "BIGNUMERIC" or field["type"] == "BIGNUMERIC":
        return f"bq_cast_bignumeric({column})"
    plain = f"CAST({column} AS {duckdb_type(given)})"
    if given["name"] in fine:
        # Whether BigQuery rounds or cuts them is not known.
        digits = "digits behind the ninth" if given["type"] == "NUMERIC" else "nanoseconds"
        refusal = text_literal(f"{digits} in the column {given['name']}")
        is_cut = f"CAST({plain} AS {fine[given['name']]}) <> {column}"
        plain = f"CASE WHEN {is_cut} THEN py_refuse({refusal}) ELSE {plain} END"
    return f"CAST({assigned_sql(plain, field)} AS {target})"


def _holds_list(field: Field, given: Field) -> bool:
    """Whether the field is a record that holds the list, as it is without inference."""
    return bool(field["mode"] == "NULLABLE" and given["mode"] == "REPEATED")


def _is_decimal_text(source: Source, field: Field, given: Field) -> bool:
    """Whether the field takes the decimals of a file as texts, as the options allow."""
    is_wanted = "STRING" in list_member(source.options, "decimalTargetTypes")
    return is_wanted and given["type"] == "NUMERIC" and field["type"] == "STRING"


def _stored_item(field: Field, given: Field) -> str:
    shape = field.get("fields") or [{}]
    if field["type"] != "RECORD" or shape[0].get("name") != "list":
        raise BigQueryError(
            f"Field {field['name']} is a list in the file; give it the mode REPEATED"
        )
    if given["type"] == "RECORD":
        raise unsupported(f"the list of records {field['name']} without enable_list_inference")
    return "struct_pack(element := item)"


def _as_stored(field: Field) -> Field:
    """A list as BigQuery reads it without inference: by the groups that the format names."""
    if field["mode"] != "REPEATED":
        return field
    element = {**field, "name": "element", "mode": "NULLABLE"}
    listed = {"name": "list", "type": "RECORD", "mode": "REPEATED", "fields": [element]}
    return {"name": field["name"], "type": "RECORD", "mode": "NULLABLE", "fields": [listed]}


def _infers_lists(source: Source) -> bool:
    options = object_member(source.options, "parquetOptions")
    return bool(options.get("enableListInference"))


def _decimal_type(source: Source, name: str, precision: int, scale: int) -> str:
    wanted: Sequence[str] = list_member(source.options, "decimalTargetTypes") or ["NUMERIC"]
    for target in _DECIMALS:
        whole, fraction = _DECIMALS[target]
        if target in wanted and precision - scale <= whole and scale <= fraction:
            return target
    if "STRING" in wanted:
        return "STRING"
    raise BigQueryError(
        f"The decimal {name} ({precision} digits, {scale} behind the point) fits none of "
        f"decimal_target_types; it is out of valid {', '.join(wanted)} range"
    )
