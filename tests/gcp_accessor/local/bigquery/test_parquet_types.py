"""Parquet files as pandas, NumPy and Spark write them, and BigQuery's types for what is in them."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, ParquetOptions, SchemaField

MOMENT = dt.datetime(2024, 2, 3, 4, 5, 6, 7)
NUMBERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def load(client: bigquery.Client, dataset: str, column: Any, **options: Any) -> tuple[str, Any]:
    """The type and the first value of the column x of a file."""
    name = f"local.{dataset}.loaded"
    sink = io.BytesIO()
    pq.write_table(pa.table({"x": column}), sink, **options)
    sink.seek(0)
    config = LoadJobConfig(source_format="PARQUET")
    for _ in range(2):  # Into a new table, and behind what it has.
        job = client.load_table_from_file(sink, name, job_config=config, rewind=True)
        job.result()
    table = client.get_table(name)
    return table.schema[0].field_type, next(iter(client.list_rows(table)))[0]


@pytest.mark.parametrize("kind", NUMBERS)
def test_whole_numbers(client: bigquery.Client, dataset: str, kind: str) -> None:
    column = pa.array([7], getattr(pa, kind)())
    assert load(client, dataset, column) == ("INTEGER", 7)


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_floats(client: bigquery.Client, dataset: str, kind: str) -> None:
    column = pa.array([0.5]).cast(getattr(pa, kind)())
    assert load(client, dataset, column) == ("FLOAT", 0.5)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_moments(client: bigquery.Client, dataset: str, unit: str, zone: str | None) -> None:
    moment = MOMENT.replace(microsecond=7000) if unit == "ms" else MOMENT
    column = pa.array([moment], pa.timestamp(unit, zone))
    wanted = ("TIMESTAMP", moment.replace(tzinfo=dt.UTC)) if zone else ("DATETIME", moment)
    assert load(client, dataset, column) == wanted


def test_moments_as_spark_writes_them(client: bigquery.Client, dataset: str) -> None:
    column = pa.array([MOMENT], pa.timestamp("ns"))
    found = load(client, dataset, column, use_deprecated_int96_timestamps=True)
    assert found == ("TIMESTAMP", MOMENT.replace(tzinfo=dt.UTC))


@pytest.mark.parametrize("kind", [pa.time32("ms"), pa.time64("us"), pa.time64("ns")], ids=str)
def test_times(client: bigquery.Client, dataset: str, kind: Any) -> None:
    column = pa.array([dt.time(1, 2, 3, 4000)], kind)
    assert load(client, dataset, column) == ("TIME", dt.time(1, 2, 3, 4000))


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        (pa.array([dt.date(2024, 2, 3)]), ("DATE", dt.date(2024, 2, 3))),
        (pa.array([b"ab"], pa.binary(2)), ("BYTES", b"ab")),
        (pa.array(["a"]).dictionary_encode(), ("STRING", "a")),
        (pa.array([Decimal("1.50")], pa.decimal128(10, 2)), ("NUMERIC", Decimal("1.5"))),
        (pa.array([True]), ("BOOLEAN", True)),
        (pa.array([{"a": 0.5}], pa.struct([("a", pa.float32())])), ("RECORD", {"a": 0.5})),
    ],
    ids=["date", "fixed", "category", "decimal", "bool", "struct"],
)
def test_others(client: bigquery.Client, dataset: str, column: Any, wanted: Any) -> None:
    assert load(client, dataset, column) == wanted


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pa.array([1001], pa.timestamp("ns")), "nanoseconds in the column x"),
        (pa.array([1001], pa.time64("ns")), "nanoseconds in the column x"),
        (pa.array([Decimal(1)], pa.decimal256(50, 9)), r"The decimal x \(50 digits, .*fits none"),
        (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())), "type MAP"),
    ],
    ids=["moment", "time", "decimal", "map"],
)
def test_what_would_lose_something_is_refused(
    client: bigquery.Client, dataset: str, column: Any, message: str
) -> None:
    with pytest.raises(exceptions.BadRequest, match=message):
        load(client, dataset, column)


def parquet(rows: list[Any]) -> io.BytesIO:
    sink = io.BytesIO()
    pq.write_table(pa.table({"x": rows}), sink)
    sink.seek(0)
    return sink


@pytest.mark.parametrize("rows", [[[1, None]], [[{"y": [1]}], [{"y": [None]}]]], ids=["one", "two"])
def test_null_in_an_array_is_refused(
    client: bigquery.Client, dataset: str, rows: list[Any]
) -> None:
    options = ParquetOptions()
    options.enable_list_inference = True
    config = LoadJobConfig(source_format="PARQUET", parquet_options=options)
    with pytest.raises(exceptions.BadRequest, match="Field: x; an array has an element that is"):
        client.load_table_from_file(
            parquet(rows), f"local.{dataset}.loaded", job_config=config
        ).result()


def test_null_in_an_array_of_json_lines_is_refused(client: bigquery.Client, dataset: str) -> None:
    config = LoadJobConfig(schema=[SchemaField("x", "INT64", "REPEATED")])
    with pytest.raises(exceptions.BadRequest, match="Field: x; Value: NULL"):
        client.load_table_from_json(
            [{"x": [1]}, {"x": [1, None]}], f"local.{dataset}.loaded", job_config=config
        ).result()
