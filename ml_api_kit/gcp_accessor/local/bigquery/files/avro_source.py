"""Avro files as Parquet files beside them, which DuckDB reads.

Source: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-avro
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.files.avro_schema import (
    AvroColumn,
    avro_columns,
    converted,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.storage_read.avro import import_fastavro

_BATCH_ROWS = 10_000
_READING = "Error while reading data, error message: "


def avro_source(files: Sequence[Path], options: Mapping[str, Any]) -> Source:
    """The files as a source of Parquet files, which knows the columns that need a value.

    Raises BigQueryError: when one is no Avro file, holds what is not supported, or the package
        that reads it is missing.
    """
    has_logical_types = bool(
        options.get("useAvroLogicalTypes")
        or object_member(options, "avroOptions").get("useAvroLogicalTypes")
    )
    found = [_as_parquet(path, has_logical_types=has_logical_types) for path in files]
    given = {**options, "parquetOptions": {"enableListInference": True}}
    paths = tuple(path for path, _ in found)
    return Source(paths, "PARQUET", given, required=found[0][1], given_format="Avro")


def with_required(fields: Sequence[Field], required: frozenset[str], path: str = "") -> list[Field]:
    """The fields, each of these paths with the mode REQUIRED."""
    changed = []
    for field in fields:
        name = f"{path}{field['name']}"
        mode = "REQUIRED" if name in required and field["mode"] == "NULLABLE" else field["mode"]
        inner = with_required(field["fields"], required, f"{name}.") if "fields" in field else None
        changed.append({**field, "mode": mode} | ({} if inner is None else {"fields": inner}))
    return changed


def _as_parquet(path: Path, *, has_logical_types: bool) -> tuple[Path, frozenset[str]]:
    fastavro = import_fastavro()
    target = path.with_name(f"{path.name}.parquet")
    with path.open("rb") as file:
        try:
            reader = fastavro.reader(file)
        except (ValueError, EOFError, IndexError) as error:
            raise BigQueryError(f"{_READING}this is no Avro file.") from error
        columns = avro_columns(reader.writer_schema, has_logical_types=has_logical_types)
        _write(_records(reader), columns, target)
    required = {name for name, column in columns.items() if column.is_required}
    required |= {f"{name}.{inner}" for name, column in columns.items() for inner in column.required}
    return target, frozenset(required)


def _records(reader: Any) -> Iterator[dict[str, Any]]:
    """The records, whose faults leave in BigQuery's words."""
    try:
        yield from reader
    except ValueError as error:
        if "codec" in str(error):
            raise unsupported(f"this compression of Avro: {error}") from error
        raise BigQueryError(f"{_READING}an Avro record is broken: {error}") from error
    except (EOFError, IndexError, OverflowError) as error:
        raise BigQueryError(f"{_READING}the Avro file is cut off or broken.") from error


def _write(records: Iterator[dict[str, Any]], columns: dict[str, AvroColumn], target: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, column.arrow_type) for name, column in columns.items()])
    with pq.ParquetWriter(target, schema) as writer:
        while batch := list(islice(records, _BATCH_ROWS)):
            rows = [converted(record, columns) for record in batch]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
