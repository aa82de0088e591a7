"""BigQuery and Cloud Storage on one port, over the same folder."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from google.cloud import bigquery

from ml_api_kit.cli.gcp import gcp
from ml_api_kit.gcp_accessor.local.process import LocalServer, stop_local_server
from tests.gcp_accessor.bigquery_clients import new_bigquery_client

pytest.importorskip("ml_api_kit.gcp_accessor.bigquery")


@pytest.fixture
def queries(server: LocalServer) -> Iterator[Any]:
    client = new_bigquery_client(server.url)
    yield client
    client.close()


def test_query_and_object_come_from_one_port(queries: Any, bucket: Any) -> None:
    bucket.blob("a").upload_from_string("x")
    assert [tuple(row) for row in queries.query_and_wait("SELECT 1 + 1")] == [(2,)]


def test_object_is_loaded_into_a_table(queries: Any, bucket: Any) -> None:
    packed = gzip.compress(b"id,name\n1,Ada\n2,Grace\n")
    bucket.blob("people.csv.gz").upload_from_string(packed)
    queries.create_dataset("from_storage", exists_ok=True)
    config = bigquery.LoadJobConfig(source_format="CSV", autodetect=True, skip_leading_rows=1)
    queries.load_table_from_uri(
        f"gs://{bucket.name}/people.csv.gz", "from_storage.people", job_config=config
    ).result()
    rows = queries.query_and_wait("SELECT name FROM from_storage.people ORDER BY id")
    assert [row.name for row in rows] == ["Ada", "Grace"]


def test_load_of_a_file_makes_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ml_api_kit.gcp_accessor.bigquery import BigQueryAccessor

    monkeypatch.setenv("MLAPI_LOCAL_FOLDER", str(tmp_path / "gcp"))
    monkeypatch.setenv("MLAPI_GCP_BACKEND", "local")
    file = tmp_path / "students.csv"
    file.write_text("student,correct\nada,true\ngrace,false\n")
    try:
        done = CliRunner().invoke(gcp, ["load", str(file)], catch_exceptions=False)
        assert done.exit_code == 0
        assert "Loaded 2 rows" in done.output
        assert "data.students" in done.output
        CliRunner().invoke(gcp, ["load", str(file), "--replace"], catch_exceptions=False)
        accessor = BigQueryAccessor()
        assert accessor.execute_query("SELECT count(*) FROM data.students") == [[2]]
        accessor.client.close()
    finally:
        stop_local_server(tmp_path / "gcp")
