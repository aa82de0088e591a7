"""Extract jobs."""

import datetime
import decimal
import gzip
import io
import json

import fastavro
import pyarrow.parquet as pq
import pytest
from google.api_core import exceptions
from google.cloud import bigquery

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, refused

ROWS = (
    "CREATE TABLE t AS SELECT 1 AS id, 'a \"quoted\", one' AS name, 0.5 AS x,"
    " TIMESTAMP '2020-01-02 03:04:05.5+00' AS at, TRUE AS b"
    " UNION ALL SELECT 2, NULL, NULL, NULL, NULL"
)


def _extract(place: Place, name: str, table: str = "t", **options: object) -> bigquery.ExtractJob:
    uri = f"gs://{place.bucket.name}/{name}"
    config = bigquery.ExtractJobConfig(**options)
    job = place.client.extract_table(place.name(table), uri, job_config=config)
    job.result()
    return job


def _content(place: Place, name: str) -> bytes:
    content: bytes = place.bucket.blob(name).download_as_bytes(raw_download=True)
    return content


def csv(place: Place) -> None:
    """CSV"""
    place.ask(ROWS)
    job = _extract(place, "t.csv")
    assert _content(place, "t.csv").decode() == (
        'id,name,x,at,b\n1,"a ""quoted"", one",0.5,2020-01-02 03:04:05.5 UTC,true\n2,,,,\n'
    )
    assert (job.destination_uri_file_counts, job.destination_format) == ([1], None)


def csv_options(place: Place) -> None:
    """CSV without a header, by other delimiters, gzipped"""
    place.ask(ROWS)
    _extract(place, "t.tsv.gz", print_header=False, field_delimiter="\t", compression="GZIP")
    assert gzip.decompress(_content(place, "t.tsv.gz")).splitlines()[1] == b"2\t\t\t\t"


def json_lines(place: Place) -> None:
    """JSON lines, nested values too"""
    place.ask("CREATE TABLE t AS SELECT 1 AS id, [STRUCT('x' AS a)] AS r, NULL AS n")
    _extract(place, "t.json", destination_format="NEWLINE_DELIMITED_JSON")
    assert json.loads(_content(place, "t.json")) == {"id": "1", "r": [{"a": "x"}]}
    _extract(place, "t.gz", destination_format="NEWLINE_DELIMITED_JSON", compression="GZIP")
    assert json.loads(gzip.decompress(_content(place, "t.gz")))["id"] == "1"


def parquet(place: Place) -> None:
    """Parquet, packed by snappy, gzip and zstd"""
    place.ask(ROWS)
    for kind in ("NONE", "SNAPPY", "GZIP", "ZSTD"):
        _extract(place, f"{kind}.parquet", destination_format="PARQUET", compression=kind)
        table = pq.read_table(io.BytesIO(_content(place, f"{kind}.parquet")))
        assert table.column("id").to_pylist() == [1, 2]


def shards(place: Place) -> None:
    """numbered files (*)"""
    place.ask(ROWS)
    job = _extract(place, "out/t-*.csv")
    assert job.destination_uri_file_counts == [1]
    assert [blob.name for blob in place.bucket.list_blobs(prefix="out/")] == [
        "out/t-000000000000.csv"
    ]


def back(place: Place) -> None:
    """what is extracted is loaded again, with the same values"""
    place.ask(ROWS)
    for number, kind in enumerate(("CSV", "NEWLINE_DELIMITED_JSON", "PARQUET")):
        _extract(place, f"t{number}", destination_format=kind)
        config = bigquery.LoadJobConfig(source_format=kind)
        config.schema = place.client.get_table(place.name("t")).schema
        config.skip_leading_rows = 1 if kind == "CSV" else None
        uri = f"gs://{place.bucket.name}/t{number}"
        place.client.load_table_from_uri(uri, place.name(f"u{number}"), job_config=config).result()
        assert place.rows(f"u{number}") == place.rows("t")


def wrong(place: Place) -> None:
    """refuse a missing bucket or table, nested values as CSV, a view"""
    place.ask("CREATE TABLE t AS SELECT [1] AS ids")
    place.ask("CREATE VIEW seen AS SELECT 1 AS a")
    with pytest.raises(exceptions.BadRequest, match=r"nested schema\. Field: ids"):
        _extract(place, "a.csv")
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        _extract(place, "a.csv", "none")
    with pytest.raises(exceptions.NotFound, match="Not found: Bucket none-of-these"):
        place.client.extract_table(
            place.name("t"), "gs://none-of-these/a.json",
            job_config=bigquery.ExtractJobConfig(destination_format="NEWLINE_DELIMITED_JSON"),
        ).result()  # fmt: skip
    with pytest.raises(exceptions.BadRequest, match="type VIEW"):
        _extract(place, "a.csv", "seen")


def avro(place: Place) -> None:
    """Avro, packed by deflate and snappy, with logical types where these are asked for"""
    place.ask("CREATE TABLE t AS SELECT 1 AS id, DATE '2020-01-02' AS day, [NUMERIC '1.5'] AS n")
    for kind in ("NONE", "DEFLATE", "SNAPPY"):
        _extract(place, f"{kind}.avro", destination_format="AVRO", compression=kind)
        [row] = fastavro.reader(io.BytesIO(_content(place, f"{kind}.avro")))
        assert row == {"id": 1, "day": "2020-01-02", "n": [decimal.Decimal("1.5")]}
    _extract(place, "t.avro", destination_format="AVRO", use_avro_logical_types=True)
    [row] = fastavro.reader(io.BytesIO(_content(place, "t.avro")))
    assert row["day"] == datetime.date(2020, 1, 2)


@refused
def models(place: Place) -> None:
    """models"""
    model = bigquery.ModelReference.from_string(place.name("m"))
    place.client.extract_table(model, f"gs://{place.bucket.name}/m", source_type="Model").result()
