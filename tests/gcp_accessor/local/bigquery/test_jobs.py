"""Jobs, as a stranger starts, lists, cancels and reads them with Google's client."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import uuid
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.orc
import pyarrow.parquet
import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, QueryJobConfig, SchemaField

from ml_api_kit.gcp_accessor.local.stored_objects import StoredObjects

SCHEMA = [
    SchemaField("id", "INT64", "REQUIRED"),
    SchemaField("name", "STRING"),
    SchemaField("score", "FLOAT64"),
    SchemaField("at", "TIMESTAMP"),
]


@pytest.fixture
def table(client: bigquery.Client, dataset: str) -> str:
    name = f"local.{dataset}.answers"
    client.create_table(bigquery.Table(name, schema=SCHEMA))
    rows = [
        {"id": 1, "name": 'a "quoted", one', "score": 0.5, "at": "2020-01-02T03:04:05.5Z"},
        {"id": 2},
    ]
    assert client.insert_rows_json(name, rows) == []
    return name


def content(objects: StoredObjects, name: str, folder: Path) -> bytes:
    file = folder / uuid.uuid4().hex
    objects.fetch("bucket", name, file)
    return file.read_bytes()


def put(objects: StoredObjects, name: str, data: bytes, folder: Path) -> str:
    file = folder / uuid.uuid4().hex
    file.write_bytes(data)
    objects.put("bucket", name, file, content_type="text/plain")
    return f"gs://bucket/{name}"


def row_count(client: bigquery.Client, table: str) -> int:
    return int(client.get_table(table).num_rows)


def test_copy_into_a_new_table_keeps_rows_and_modes(client: bigquery.Client, table: str) -> None:
    client.copy_table(table, f"{table}_copy").result()
    assert client.get_table(f"{table}_copy").schema == client.get_table(table).schema
    assert list(client.list_rows(f"{table}_copy")) == list(client.list_rows(table))


def test_copy_of_several_tables(client: bigquery.Client, table: str) -> None:
    client.copy_table(table, f"{table}_copy").result()
    client.copy_table([table, f"{table}_copy"], f"{table}_both").result()
    assert row_count(client, f"{table}_both") == 4


@pytest.mark.parametrize(("mode", "expected"), [("WRITE_TRUNCATE", 2), ("WRITE_APPEND", 4)])
def test_copy_into_a_filled_table(
    client: bigquery.Client, table: str, mode: str, expected: int
) -> None:
    client.copy_table(table, f"{table}_copy").result()
    config = bigquery.CopyJobConfig(write_disposition=mode)
    client.copy_table(table, f"{table}_copy", job_config=config).result()
    assert row_count(client, f"{table}_copy") == expected
    with pytest.raises(exceptions.Conflict, match="Already Exists: Table"):
        client.copy_table(table, f"{table}_copy").result()


def test_copy_of_what_is_missing_or_different(client: bigquery.Client, table: str) -> None:
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        client.copy_table(f"{table}_none", f"{table}_copy").result()
    client.create_table(bigquery.Table(f"{table}_other", schema=SCHEMA[1:]))
    config = bigquery.CopyJobConfig(write_disposition="WRITE_APPEND")
    with pytest.raises(exceptions.BadRequest, match="Provided Schema does not match"):
        client.copy_table(table, f"{table}_other", job_config=config).result()


def test_extract_csv(
    client: bigquery.Client, objects: StoredObjects, table: str, tmp_path: Path
) -> None:
    job = client.extract_table(table, "gs://bucket/out/answers.csv")
    job.result()
    assert content(objects, "out/answers.csv", tmp_path).decode() == (
        'id,name,score,at\n1,"a ""quoted"", one",0.5,2020-01-02 03:04:05.5 UTC\n2,,,\n'
    )
    assert job.destination_uri_file_counts == [1]


def test_extract_csv_without_header_by_tabs(
    client: bigquery.Client, objects: StoredObjects, table: str, tmp_path: Path
) -> None:
    config = bigquery.ExtractJobConfig(print_header=False, field_delimiter="\t")
    client.extract_table(table, "gs://bucket/out/answers.tsv", job_config=config).result()
    assert content(objects, "out/answers.tsv", tmp_path).splitlines()[1] == b"2\t\t\t"


def test_extract_json_gzipped(
    client: bigquery.Client, objects: StoredObjects, table: str, tmp_path: Path
) -> None:
    config = bigquery.ExtractJobConfig(
        destination_format="NEWLINE_DELIMITED_JSON", compression="GZIP"
    )
    client.extract_table(table, "gs://bucket/out/answers.json.gz", job_config=config).result()
    lines = gzip.decompress(content(objects, "out/answers.json.gz", tmp_path)).splitlines()
    assert json.loads(lines[0])["at"] == "2020-01-02 03:04:05.5 UTC"
    assert json.loads(lines[1]) == {"id": "2"}


def test_extract_parquet_numbers_its_one_file(
    client: bigquery.Client, objects: StoredObjects, table: str, tmp_path: Path
) -> None:
    config = bigquery.ExtractJobConfig(destination_format="PARQUET")
    client.extract_table(table, "gs://bucket/out/a-*.parquet", job_config=config).result()
    raw = content(objects, "out/a-000000000000.parquet", tmp_path)
    assert pyarrow.parquet.read_table(io.BytesIO(raw)).column("id").to_pylist() == [1, 2]


def test_extract_refuses_what_it_cannot(client: bigquery.Client, table: str) -> None:
    with pytest.raises(exceptions.NotFound, match="Not found: Bucket none"):
        client.extract_table(table, "gs://none/a.csv").result()
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        client.extract_table(f"{table}_none", "gs://bucket/a.csv").result()
    client.query_and_wait(f"CREATE TABLE `{table}_nested` AS SELECT [1] AS ids")
    with pytest.raises(exceptions.BadRequest, match=r"nested schema\. Field: ids"):
        client.extract_table(f"{table}_nested", "gs://bucket/a.csv").result()


def test_load_by_a_wildcard(
    client: bigquery.Client, objects: StoredObjects, dataset: str, tmp_path: Path
) -> None:
    for number in (1, 2):
        put(objects, f"in/{number}.csv", f"name\nn{number}\n".encode(), tmp_path)
    put(objects, "in/other.txt", b"no\n", tmp_path)
    config = LoadJobConfig(schema=[SchemaField("name", "STRING")], skip_leading_rows=1)
    job = client.load_table_from_uri(
        "gs://bucket/in/*.csv", f"local.{dataset}.loaded", job_config=config
    )
    job.result()
    assert (job.output_rows, job.input_files) == (2, 2)
    rows = client.list_rows(f"local.{dataset}.loaded")
    assert sorted(row.name for row in rows) == ["n1", "n2"]


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("gs://bucket/none.csv", exceptions.NotFound),
        ("gs://bucket/none/*.csv", exceptions.NotFound),
        ("gs://none/a.csv", exceptions.NotFound),
        ("https://example.com/a.csv", exceptions.BadRequest),
    ],
)
def test_load_of_no_object_is_a_failed_job(
    client: bigquery.Client, dataset: str, uri: str, kind: type[Exception]
) -> None:
    job = client.load_table_from_uri(uri, f"local.{dataset}.loaded")
    with pytest.raises(kind):
        job.result()
    assert job.state == "DONE"
    assert job.error_result


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16BE", "UTF-16LE"])
def test_load_csv_of_another_encoding(client: bigquery.Client, dataset: str, encoding: str) -> None:
    name = f"local.{dataset}.encoded"
    config = LoadJobConfig(schema=[SchemaField("a", "STRING")], encoding=encoding)
    client.load_table_from_file(
        io.BytesIO("é\nñ\n".encode(encoding)), name, job_config=config
    ).result()
    assert sorted(row.a for row in client.list_rows(name)) == ["é", "ñ"]


def test_load_orc(client: bigquery.Client, dataset: str) -> None:
    file = io.BytesIO()
    pyarrow.orc.write_table(pyarrow.table({"id": [1, 2], "name": ["a", None]}), file)
    file.seek(0)
    name = f"local.{dataset}.orc"
    config = LoadJobConfig(source_format="ORC")
    client.load_table_from_file(file, name, job_config=config).result()
    assert [tuple(row.values()) for row in client.list_rows(name)] == [(1, "a"), (2, None)]


def test_load_keeps_partitions_and_description(client: bigquery.Client, dataset: str) -> None:
    name = f"local.{dataset}.described"
    config = LoadJobConfig(
        schema=[SchemaField("day", "DATE"), SchemaField("who", "STRING")],
        time_partitioning=bigquery.TimePartitioning(field="day"),
        clustering_fields=["who"],
        destination_table_description="of 2020",
    )
    client.load_table_from_file(io.BytesIO(b"2020-01-01,x\n"), name, job_config=config).result()
    table = client.get_table(name)
    assert (table.time_partitioning.field, table.clustering_fields) == ("day", ["who"])
    assert table.description == "of 2020"


def test_load_job_of_a_taken_id_is_not_run_again(client: bigquery.Client, dataset: str) -> None:
    name, job_id = f"local.{dataset}.once", uuid.uuid4().hex
    client.load_table_from_json([{"a": 1}], name, job_id=job_id).result()
    with pytest.raises(exceptions.Conflict, match="Already Exists: Job"):
        client.load_table_from_json([{"a": 1}], name, job_id=job_id)
    assert row_count(client, name) == 1
    assert client.get_job(job_id).job_type == "load"


def test_query_tells_what_it_read(client: bigquery.Client, table: str) -> None:
    job = client.query(f"SELECT name FROM `{table}`")
    job.result()
    assert [str(one) for one in job.referenced_tables] == [table]
    assert (job.statement_type, job.slot_millis, job.cache_hit) == ("SELECT", 0, False)


def test_query_answer_is_a_table(client: bigquery.Client, table: str) -> None:
    job = client.query(f"SELECT id FROM `{table}` ORDER BY id")
    job.result()
    assert client.get_table(job.destination).num_rows == 2
    assert [row.id for row in client.list_rows(job.destination)] == [1, 2]


# The client announces that another package will make frames one day.
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_query_job_gives_a_frame_without_reaching_out(client: bigquery.Client) -> None:
    sql = "SELECT n, CAST(n AS STRING) AS text FROM UNNEST(GENERATE_ARRAY(1, 20000)) AS n"
    assert client.query(sql).to_dataframe().shape == (20_000, 2)
    assert client.query("SELECT TIMESTAMP '2020-01-01' AS t").to_arrow().to_pylist() == [
        {"t": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}
    ]


def test_query_in_the_arrow_format(client: bigquery.Client) -> None:
    rows = client.query_and_wait("SELECT 1 AS one, [2] AS more", query_results_format="ARROW")
    assert rows.to_arrow(create_bqstorage_client=False).to_pylist() == [{"one": 1, "more": [2]}]


def test_query_into_a_table_adds_fields_and_keeps_partitions(
    client: bigquery.Client, dataset: str
) -> None:
    name = f"local.{dataset}.grown"
    config = QueryJobConfig(
        destination=name, time_partitioning=bigquery.TimePartitioning(field="day")
    )
    client.query("SELECT DATE '2020-01-01' AS day", job_config=config).result()
    config.write_disposition = "WRITE_APPEND"
    config.schema_update_options = ["ALLOW_FIELD_ADDITION"]
    client.query("SELECT DATE '2020-01-02' AS day, 'x' AS who", job_config=config).result()
    table = client.get_table(name)
    assert [field.name for field in table.schema] == ["day", "who"]
    assert table.time_partitioning.field == "day"
    assert table.num_rows == 2


def test_statements_tell_what_they_made(client: bigquery.Client, dataset: str) -> None:
    def told(sql: str) -> tuple[Any, Any]:
        job = client.query(sql)
        job.result()
        return job.ddl_operation_performed, job.ddl_target_table.table_id

    create = f"CREATE TABLE IF NOT EXISTS {dataset}.made (x INT64)"
    assert told(create) == ("CREATE", "made")
    assert told(create) == ("SKIP", "made")
    assert told(f"CREATE OR REPLACE TABLE {dataset}.made AS SELECT 1 AS x") == ("REPLACE", "made")
    update = client.query(f"UPDATE {dataset}.made SET x = 2 WHERE x = 1")
    assert update.result().num_dml_affected_rows == 1
    assert update.dml_stats.updated_row_count == 1
    assert told(f"DROP TABLE {dataset}.made") == ("DROP", "made")


def test_jobs_are_listed_by_state_time_and_page(client: bigquery.Client) -> None:
    job = client.query("SELECT 1")
    job.result()
    assert next(iter(client.list_jobs())).job_id == job.job_id
    assert list(client.list_jobs(state_filter="running")) == []
    later = job.created + datetime.timedelta(hours=1)
    assert list(client.list_jobs(min_creation_time=later)) == []
    assert list(client.list_jobs(max_creation_time=later, max_results=1))
    pages = client.list_jobs(page_size=1)
    next(pages.pages)
    assert pages.next_page_token


def test_job_is_cancelled_found_and_forgotten(client: bigquery.Client) -> None:
    job = client.query("SELECT 1", job_id_prefix="mine_")
    assert job.job_id.startswith("mine_")
    job.cancel()
    assert client.get_job(job.job_id, location="US").state == "DONE"
    client.delete_job_metadata(job)
    with pytest.raises(exceptions.NotFound, match="Not found: Job"):
        client.get_job(job.job_id)


def test_job_without_a_kind_is_refused(client: bigquery.Client) -> None:
    with pytest.raises(exceptions.BadRequest, match="A job needs one of"):
        client._connection.api_request(
            method="POST", path="/projects/local/jobs", data={"configuration": {}}
        )
