"""`OPTIONS (name = value, …)`: what they mean for a table, a view or a dataset."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import Options
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import named

_DAY_MS = 86_400_000
Members = dict[str, Any]


def read_options(reader: SqlReader, *, word: str | None = "OPTIONS") -> Options:
    """The options that come next, after the word where there is to be one; none without it.

    Raises BigQueryError: when one is no `name = value`.
    """
    if word is not None and not reader.accept(word):
        return ()
    found = list[tuple[str, Fragment]]()
    reader.expect("(")
    while not reader.is_next(")"):
        name = reader.name().lower()
        reader.expect("=")
        found.append((name, reader.until_words(",", ")")))
        if not reader.accept(","):
            break
    reader.expect(")")
    return tuple(found)


def evaluate(context: Context, value: Fragment) -> Any:
    """The value of a constant expression, in Python's terms."""
    tree = context.parse_expression(value)
    query = context.translate(exp.Select(expressions=[named(tree, "value")]))
    with context.database.reading() as cursor:
        sql, _ = context.database.planner.relation(cursor, query)
        row = cursor.execute(sql).fetchone()
    return row[0] if row else None


def table_members(context: Context, options: Options) -> Members:
    """The members of a table's resource that its options mean; None takes one away.

    Raises BigQueryError: when an option is not known, or not supported.
    """
    return _members(context, options, _TABLE, "table")


def view_members(context: Context, options: Options) -> Members:
    """The same for a view or a materialized view."""
    return _members(context, options, _TABLE | _VIEW, "view")


def dataset_members(context: Context, options: Options) -> Members:
    """The same for a dataset."""
    return _members(context, options, _DATASET, "schema")


def field_members(context: Context, options: Options) -> Members:
    """The same for a column."""
    return _members(context, options, _COLUMN, "column")


def _members(
    context: Context, options: Options, known: Mapping[str, _Meaning], what: str
) -> Members:
    members: Members = {}
    for name, value in options:
        if name in _REFUSED:
            raise unsupported(f"the {what} option {name}")
        if name not in known:
            raise invalid_query(f"Unknown option: {name}")
        members |= known[name](evaluate(context, value))
    return members


_Meaning = Callable[[Any], Members]


def _as(member: str, kind: type = str) -> _Meaning:
    """The member as it is given, which must be of the type or NULL."""

    def meaning(value: Any) -> Members:
        if value is not None and type(value) is not kind:
            raise invalid_query(
                f"Option {member} value has type {_SPELLED.get(type(value), 'that it cannot have')}"
                f", which cannot be coerced to expected type {_SPELLED[kind]}"
            )
        return {member: value}

    return meaning


def _labels(value: Any) -> Members:
    items = [item.values() if isinstance(item, dict) else item for item in value or []]
    return {"labels": dict(map(tuple, items)) or None}


def _moment_ms(value: Any) -> Members:
    if value is None:
        return {"expirationTime": None}
    if not isinstance(value, datetime.datetime):
        raise invalid_query("expiration_timestamp must be a TIMESTAMP")
    return {"expirationTime": str(int(value.timestamp() * 1000))}


def _days_ms(member: str) -> _Meaning:
    def meaning(value: Any) -> Members:
        if isinstance(value, (str, bytes, bool)):
            raise invalid_query(f"Option {member} value must be a number of days")
        return {member: None if value is None else str(int(float(value) * _DAY_MS))}

    return meaning


_SPELLED: dict[type, str] = {
    str: "STRING", bool: "BOOL", int: "INT64", float: "FLOAT64", bytes: "BYTES",
}  # fmt: skip
_DESCRIBED: dict[str, _Meaning] = {
    "description": _as("description"),
    "friendly_name": _as("friendlyName"),
    "labels": _labels,
}
_COLUMN: dict[str, _Meaning] = {"description": _as("description")}
_TABLE: dict[str, _Meaning] = {
    **_DESCRIBED,
    "expiration_timestamp": _moment_ms,
    "require_partition_filter": _as("requirePartitionFilter", bool),
    "partition_expiration_days": _days_ms("partitionExpirationMs"),
    "max_staleness": _as("maxStaleness"),
    "storage_uri": _as("storageUri"),
}
_VIEW: dict[str, _Meaning] = {
    "enable_refresh": _as("enableRefresh", bool),
    "refresh_interval_minutes": lambda value: {"refreshIntervalMs": str(int(value * 60_000))},
    "privacy_policy": _as("privacyPolicy"),
    "allow_non_incremental_definition": _as("allowNonIncrementalDefinition", bool),
}
_DATASET: dict[str, _Meaning] = {
    **_DESCRIBED,
    "location": _as("location"),
    "default_table_expiration_days": _days_ms("defaultTableExpirationMs"),
    "default_partition_expiration_days": _days_ms("defaultPartitionExpirationMs"),
    "max_time_travel_hours": lambda value: {"maxTimeTravelHours": str(value)},
    "storage_billing_model": _as("storageBillingModel"),
}
_REFUSED = (
    "kms_key_name", "default_kms_key_name", "default_rounding_mode", "rounding_mode",
    "enable_change_history", "tags", "is_case_insensitive", "default_collate", "file_format",
    "table_format", "policy_tags", "data_policies", "privacy_policy", "storage_uri",
    "max_staleness",
)  # fmt: skip
TABLE_OPTIONS = frozenset(_TABLE) | frozenset(_REFUSED)
"""The options that tables of every kind may have, also where they are not supported."""
