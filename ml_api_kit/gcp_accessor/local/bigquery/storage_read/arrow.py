"""Rows as Arrow record batches in the types that BigQuery's Storage Read API gives.

Source: https://cloud.google.com/bigquery/docs/reference/storage#arrow_schema_details
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import quote
from ml_api_kit.gcp_accessor.local.bigquery.storage_read.arrow_decimals import retyped

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH_ROWS = 16_384
# A client that sets nothing takes messages of at most 4 MiB.
_MOST_BATCH_BYTES = 2 << 20

_EXTENSIONS = {
    "DATETIME": {"ARROW:extension:name": "google:sqlType:datetime"},
    "GEOGRAPHY": {
        "ARROW:extension:name": "google:sqlType:geography",
        "ARROW:extension:metadata": '{"encoding": "WKT"}',
    },
    "JSON": {"ARROW:extension:name": "google:sqlType:json"},
}


def arrow_schema(fields: Sequence[Field]) -> Any:
    """The Arrow schema of a table with these fields.

    Raises BigQueryError: when the type of a field has no Arrow type here.

    >>> arrow_schema([{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}]).field(0).type
    DataType(int64)
    """
    import pyarrow as pa

    return pa.schema([_arrow_field(field) for field in fields])


def _arrow_field(field: Field) -> Any:
    import pyarrow as pa

    kind = _arrow_type(field)
    if field["mode"] == "REPEATED":
        kind = pa.list_(pa.field("item", kind, nullable=False))
    return pa.field(
        field["name"],
        kind,
        nullable=field["mode"] == "NULLABLE",
        metadata=_EXTENSIONS.get(field["type"]),
    )


def _arrow_type(field: Field) -> Any:
    import pyarrow as pa

    if field["type"] == "RECORD":
        return pa.struct([_arrow_field(sub) for sub in field["fields"]])
    if field["type"] == "RANGE":
        bound = _arrow_type({**field, "type": field["rangeElementType"]["type"]})
        return pa.struct([("start", bound), ("end", bound)])
    types = {
        "INTEGER": pa.int64(),
        "FLOAT": pa.float64(),
        "BOOLEAN": pa.bool_(),
        "STRING": pa.string(),
        "JSON": pa.string(),
        "GEOGRAPHY": pa.string(),
        "BYTES": pa.binary(),
        "DATE": pa.date32(),
        "TIME": pa.time64("us"),
        "DATETIME": pa.timestamp("us"),
        "TIMESTAMP": pa.timestamp("us", tz="UTC"),
        "NUMERIC": pa.decimal128(38, 9),
        "BIGNUMERIC": pa.decimal256(76, 38),
    }
    if field["type"] not in types:
        raise unsupported(f"reading {field['type']} as Arrow; read {field['name']} by REST")
    return types[field["type"]]


def select_sql(table_sql: str, fields: Sequence[Field], *, start: int = 0) -> str:
    """The DuckDB query for these columns of a table from the row `start` on."""
    columns = ", ".join(
        f"{_value_sql(quote(field['name']), field)} AS {quote(field['name'])}" for field in fields
    )
    return f"SELECT {columns} FROM {table_sql}" + (f" OFFSET {start}" if start else "")


def _value_sql(value: str, field: Field, depth: int = 0) -> str:
    """The value with an empty array wherever there is a NULL one, of which BigQuery keeps none."""
    if field["mode"] == "REPEATED":
        item = f"item_{depth}"
        if field["type"] in ("RECORD", "GEOGRAPHY", "BIGNUMERIC", "RANGE"):
            inner = _value_sql(item, {**field, "mode": "NULLABLE"}, depth + 1)
            value = f"list_transform({value}, lambda {item}: {inner})"
        return f"coalesce({value}, [])"
    if field["type"] == "GEOGRAPHY":
        return f"bq_st_astext({value})"
    if field["type"] == "BIGNUMERIC":
        # The digits as text, for what DuckDB makes of a BIGNUM is of its own.
        return f"""CAST(({value})."@bignumeric" AS VARCHAR)"""
    if field["type"] == "RANGE":
        bounds = (
            f'struct_pack("start" := ({value})."@range_start", "end" := ({value})."@range_end")'
        )
        return f"CASE WHEN {value} IS NOT NULL THEN {bounds} END"
    if field["type"] != "RECORD":
        return value
    members = ", ".join(
        f"{name} := {_value_sql(f'({value}).{name}', sub, depth)}"
        for name, sub in ((quote(sub["name"]), sub) for sub in field["fields"])
    )
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({members}) END"


def read_batches(cursor: DuckDBPyConnection, query_sql: str, schema: Any) -> Iterator[Any]:
    """The rows of a DuckDB query in batches that fit a message, read while they are asked for."""
    import pyarrow as pa

    # Closed also where a client stops half-way: an open one keeps the cursor from being used.
    with closing(cursor.sql(query_sql).to_arrow_reader(BATCH_ROWS)) as reader:
        for batch in reader:
            columns = [
                column if column.type == field.type else retyped(column, field.type)
                for column, field in zip(batch.columns, schema, strict=True)
            ]
            yield from _pieces(pa.RecordBatch.from_arrays(columns, schema=schema))


@dataclass(frozen=True, slots=True)
class ArrowPage:
    """The first rows of an answer as a record batch; schema and batch serialized, in base64."""

    schema: str
    batch: str
    row_count: int


def arrow_page(cursor: DuckDBPyConnection, table_sql: str, fields: Sequence[Field]) -> ArrowPage:
    """The first batch of a DuckDB table; an empty one where it has no rows."""
    schema = arrow_schema(fields)
    with closing(cast(Any, read_batches(cursor, select_sql(table_sql, fields), schema))) as batches:
        batch = next(batches, None)
    return ArrowPage(
        _base64(schema.serialize()),
        "" if batch is None else _base64(batch.serialize()),
        0 if batch is None else batch.num_rows,
    )


def _base64(buffer: Any) -> str:
    return base64.b64encode(buffer.to_pybytes()).decode()


def _pieces(batch: Any) -> Iterator[Any]:
    if batch.nbytes <= _MOST_BATCH_BYTES or batch.num_rows < 2:
        yield batch
        return
    middle = batch.num_rows // 2
    yield from _pieces(batch.slice(0, middle))
    yield from _pieces(batch.slice(middle))
