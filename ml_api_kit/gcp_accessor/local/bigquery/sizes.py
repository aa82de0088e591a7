"""The bytes that BigQuery would say a query reads.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#data_type_sizes
"""

from __future__ import annotations

from collections.abc import Sequence

from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import quote

_WIDTHS = {
    "BOOLEAN": 1,
    "INTEGER": 8,
    "FLOAT": 8,
    "DATE": 8,
    "TIME": 8,
    "DATETIME": 8,
    "TIMESTAMP": 8,
    "NUMERIC": 16,
}


def size_sql(fields: Sequence[Field]) -> str:
    """The SQL expression for the logical bytes of one row with these fields."""
    return sum_sql([_size(quote(field["name"]), field) for field in fields])


def sum_sql(parts: Sequence[str]) -> str:
    """The SQL expression for the sum of these, however many there are.

    It nests by halves: in a plain chain each sum would be within the next, and DuckDB refuses
    expressions within a thousand others.

    >>> sum_sql(["a", "b", "c"])
    '(a + (b + c))'
    """
    if len(parts) < 2:
        return "".join(parts) or "0"
    middle = len(parts) // 2
    return f"({sum_sql(parts[:middle])} + {sum_sql(parts[middle:])})"


def _size(value: str, field: Field, depth: int = 0) -> str:
    if field["mode"] == "REPEATED":
        item = f"item_{depth}"
        element = _size(item, {**field, "mode": "NULLABLE"}, depth + 1)
        return f"coalesce(list_sum(list_transform({value}, lambda {item}: {element})), 0)"
    if field["type"] == "RECORD":
        parts = [_size(f"({value}).{quote(sub['name'])}", sub, depth) for sub in field["fields"]]
        return sum_sql(parts)
    if field["type"] == "BYTES":
        return f"coalesce(2 + octet_length({value}), 0)"
    if field["type"] == "GEOGRAPHY":
        return f"coalesce(py_geography_bytes({value}), 0)"
    if field["type"] in _WIDTHS:
        return f"CASE WHEN {value} IS NULL THEN 0 ELSE {_WIDTHS[field['type']]} END"
    return f"coalesce(2 + strlen(CAST({value} AS VARCHAR)), 0)"
