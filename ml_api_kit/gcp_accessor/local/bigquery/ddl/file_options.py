"""The options of statements that read files: LOAD DATA and CREATE EXTERNAL TABLE."""

from __future__ import annotations

from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.columns import Columns
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import evaluate
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import Options
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, standard_type

_FORMATS = {
    "CSV": "CSV",
    "JSON": "NEWLINE_DELIMITED_JSON",
    "NEWLINE_DELIMITED_JSON": "NEWLINE_DELIMITED_JSON",
    "PARQUET": "PARQUET",
    "ORC": "ORC",
    "AVRO": "AVRO",
}
_MEMBERS = {
    "uris": "uris",
    "skip_leading_rows": "skipLeadingRows",
    "field_delimiter": "fieldDelimiter",
    "quote": "quote",
    "null_marker": "nullMarker",
    "allow_quoted_newlines": "allowQuotedNewlines",
    "allow_jagged_rows": "allowJaggedRows",
    "ignore_unknown_values": "ignoreUnknownValues",
    "encoding": "encoding",
    "max_bad_records": "maxBadRecords",
    "decimal_target_types": "decimalTargetTypes",
    "enable_logical_types": "useAvroLogicalTypes",
}
_OF_CSV = (
    "skipLeadingRows", "fieldDelimiter", "quote", "nullMarker", "allowQuotedNewlines",
    "allowJaggedRows", "encoding",
)  # fmt: skip
_HIVE = ("hive_partition_uri_prefix", "require_hive_partition_filter")


def file_members(context: Context, options: Options, keys: Columns | None) -> dict[str, Any]:
    """The members of a load's configuration that the options mean, with the `uris` as they are.

    Raises BigQueryError: when an option is not supported.
    """
    given = {name: evaluate(context, value) for name, value in options}
    spelled = str(given.pop("format", "")).upper()
    if spelled not in _FORMATS:
        raise unsupported(f"files of the format {spelled or 'that is not named'}")
    hive = {name: given.pop(name) for name in _HIVE if name in given}
    members: dict[str, Any] = {"sourceFormat": _FORMATS[spelled], "uris": None}
    if "enable_list_inference" in given:
        is_inferred = bool(given.pop("enable_list_inference"))
        members["parquetOptions"] = {"enableListInference": is_inferred}
    for name, value in given.items():
        if name not in _MEMBERS:
            raise unsupported(f"the option {name} of files")
        members[_MEMBERS[name]] = value
    return members | _hive_members(hive, keys)


def csv_members(members: dict[str, Any]) -> dict[str, Any]:
    """The members with those of CSV in a place of their own, as external tables have them."""
    inner = {name: members[name] for name in _OF_CSV if name in members}
    others = {name: value for name, value in members.items() if name not in inner}
    return {**others, "csvOptions": inner} if inner else others


def _hive_members(given: dict[str, Any], keys: Columns | None) -> dict[str, Any]:
    if keys is None:
        if given:
            raise invalid_query(f"Option {next(iter(given))} needs WITH PARTITION COLUMNS")
        return {}
    prefix = given.get("hive_partition_uri_prefix")
    if not prefix:
        raise invalid_query("Option hive_partition_uri_prefix must be set for PARTITION COLUMNS")
    mode = "CUSTOM" if keys.fields else "AUTO"
    typed = "".join(f"/{_typed(field)}" for field in keys.fields)
    hive = {"mode": mode, "sourceUriPrefix": f"{str(prefix).rstrip('/')}{typed}"}
    if given.get("require_hive_partition_filter"):
        return {"hivePartitioningOptions": {**hive, "requirePartitionFilter": True}}
    return {"hivePartitioningOptions": hive}


def _typed(field: Field) -> str:
    return f"{{{field['name']}:{standard_type(field)}}}"
