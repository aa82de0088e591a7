"""Decimals of more digits than DuckDB has, in Parquet files beside the given ones, as texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source

_MOST_DIGITS = 38
_BATCH_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Spelled:
    """Parquet files, and their columns of texts that are decimals: precision and scale of each."""

    source: Source
    decimals: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def with_spelled_decimals(cursor: DuckDBPyConnection, source: Source) -> Spelled:
    """The files, with the decimals of more than 38 digits as texts.

    Raises BigQueryError: where such a decimal lies within a record or an array.
    """
    found = cursor.execute(
        f"SELECT name, precision, scale FROM parquet_schema({source.files_sql})"
        f" WHERE precision > {_MOST_DIGITS}"
    ).fetchall()
    if not found:
        return Spelled(source)
    columns = cursor.sql(f"SELECT * FROM read_parquet({source.files_sql})").columns
    for name, precision, _ in found:
        if name not in columns:
            raise unsupported(f"the decimal {name} of {precision} digits in a Parquet file")
    decimals = {name: (precision, scale) for name, precision, scale in found}
    files = tuple(_respelled(path, list(decimals)) for path in source.files)
    return Spelled(replace(source, files=files), decimals)


def _respelled(path: Path, names: list[str]) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = path.with_name(f"{path.name}.decimals")
    if target.exists():
        return target
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        for name in names:
            schema = schema.set(schema.get_field_index(name), pa.field(name, pa.string()))
        with pq.ParquetWriter(target, schema) as writer:
            for batch in file.iter_batches(_BATCH_ROWS):
                writer.write_batch(batch.cast(schema))
    return target
