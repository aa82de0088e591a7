"""Rows as files of CSV, JSON lines, Parquet or Avro, spelled as BigQuery's exports spell them.

Source: https://cloud.google.com/bigquery/docs/exporting-data
"""

from __future__ import annotations

import base64
import csv
import datetime
import gzip
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.readable import Readable
from ml_api_kit.gcp_accessor.local.bigquery.storage_read.arrow import (
    arrow_schema,
    read_batches,
    select_sql,
)
from ml_api_kit.gcp_accessor.local.bigquery.storage_read.avro import (
    avro_records,
    avro_schema,
    import_fastavro,
)

CONTENT_TYPES = {
    "CSV": "text/csv",
    "NEWLINE_DELIMITED_JSON": "application/json",
    "PARQUET": "application/vnd.apache.parquet",
    "AVRO": "application/octet-stream",
}
_COMPRESSIONS = {
    "PARQUET": ("NONE", "SNAPPY", "GZIP", "ZSTD"),
    "AVRO": ("NONE", "DEFLATE", "SNAPPY"),
}


@dataclass(frozen=True, slots=True)
class Export:
    """How a file is written; `compression` as BigQuery names it."""

    format: str
    compression: str
    delimiter: str = ","
    has_header: bool = True
    has_logical_types: bool = False

    @property
    def is_gzipped(self) -> bool:
        """Whether the file is a gzip of its format."""
        return self.compression == "GZIP" and self.format not in ("PARQUET", "AVRO")

    def check(self) -> None:
        """Nothing, where the format has the compression.

        Raises BigQueryError: where it has not.
        """
        if self.compression not in _COMPRESSIONS.get(self.format, ("NONE", "GZIP")):
            raise BigQueryError(f"{self.compression} is no compression of {self.format}.")


def write_export(engine: Database, source: Readable, export: Export, file: Path) -> None:
    """Write all rows of `source` into `file`.

    Raises BigQueryError: when the format cannot hold a field.
    """
    if export.format == "CSV":
        for field in source.fields:
            if field["mode"] == "REPEATED" or field["type"] == "RECORD":
                raise BigQueryError(
                    f"Operation cannot be performed on a nested schema. Field: {field['name']}"
                )
    schema = arrow_schema(source.fields)
    with engine.reading() as cursor:
        query = select_sql(source.table_sql, source.fields)
        with closing(cast(Any, read_batches(cursor, query, schema))) as batches:
            if export.format == "PARQUET":
                _write_parquet(batches, schema, export, file)
                return
            if export.format == "AVRO":
                _write_avro(batches, source.fields, export, file)
                return
            opened = gzip.open if export.is_gzipped else open
            with opened(file, "wt", encoding="utf-8", newline="") as text:
                _write_text(batches, source.fields, export, cast(IO[str], text))


def _write_parquet(batches: Iterator[Any], schema: Any, export: Export, file: Path) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(file, schema, compression=export.compression.lower()) as writer:
        for batch in batches:
            writer.write_batch(batch)


def _write_avro(batches: Iterator[Any], fields: list[Field], export: Export, file: Path) -> None:
    has_logical_types = export.has_logical_types
    schema = avro_schema(fields, name="Root", has_logical_types=has_logical_types)
    records = avro_records(batches, fields, has_logical_types=has_logical_types)
    codec = "null" if export.compression == "NONE" else export.compression.lower()
    with file.open("wb") as target:
        import_fastavro().writer(target, schema, records, codec=codec)


def _write_text(batches: Iterator[Any], fields: list[Field], export: Export, text: IO[str]) -> None:
    if export.format == "NEWLINE_DELIMITED_JSON":
        for batch in batches:
            text.writelines(_dumps(_json_row(row, fields)) + "\n" for row in batch.to_pylist())
        return
    writer = csv.writer(text, delimiter=export.delimiter, lineterminator="\n")
    if export.has_header:
        writer.writerow([field["name"] for field in fields])
    for batch in batches:
        columns = [
            [_csv_value(value, field) for value in column.to_pylist()]
            for column, field in zip(batch.columns, fields, strict=True)
        ]
        writer.writerows(zip(*columns, strict=True))


def _dumps(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _csv_value(value: Any, field: Field) -> Any:
    return None if value is None else _text(value, field)


def _json_row(row: dict[str, Any], fields: list[Field]) -> dict[str, Any]:
    """The row without its NULLs, which BigQuery leaves out."""
    values = {field["name"]: _json_value(row[field["name"]], field) for field in fields}
    return {name: value for name, value in values.items() if value is not None}


def _json_value(value: Any, field: Field) -> Any:
    if value is None:
        return None
    if field["mode"] == "REPEATED":
        element = {**field, "mode": "NULLABLE"}
        return [_json_value(item, element) for item in value]
    if field["type"] == "RECORD":
        return _json_row(value, field["fields"])
    if field["type"] == "JSON":
        return json.loads(value)
    if field["type"] == "BOOLEAN":
        return value
    if field["type"] == "FLOAT" and value - value == 0:
        return value
    return _text(value, field)


def _text(value: Any, field: Field) -> str:
    kind = field["type"]
    if kind == "BOOLEAN":
        return "true" if value else "false"
    if kind == "BYTES":
        return base64.b64encode(value).decode()
    if kind == "TIMESTAMP":
        return _seconds(value.astimezone(datetime.UTC).replace(tzinfo=None), " ") + " UTC"
    if kind == "DATETIME":
        return _seconds(value, "T")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def _seconds(value: datetime.datetime, separator: str) -> str:
    text = value.isoformat(sep=separator)
    return text.rstrip("0") if "." in text else text
