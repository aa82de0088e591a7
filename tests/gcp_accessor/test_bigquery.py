"""`BigQueryAccessor` against the local BigQuery over real HTTP."""

from __future__ import annotations

import datetime
import os
import signal
import socket
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from ml_api_kit.errors import (
    CredentialsError,
    DataAccessError,
    DataNotFoundError,
    QueryError,
)
from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.backend import Backend
from ml_api_kit.gcp_accessor.bigquery.client import bigquery_client
from ml_api_kit.gcp_accessor.bigquery.faults import explained
from ml_api_kit.gcp_accessor.local.process import local_server_status, stop_local_server
from ml_api_kit.settings import Settings

UTC = datetime.UTC


def test_execute_query_gives_lists(accessor: BigQueryAccessor, answers: str) -> None:
    sql = f"SELECT student, item, correct FROM {answers} WHERE student > @least ORDER BY student"
    assert accessor.execute_query(sql, {"least": 2}) == [[3, "b", True], [4, "a", True]]


def test_execute_query_gives_dicts(accessor: BigQueryAccessor, answers: str) -> None:
    sql = f"SELECT student, item FROM {answers} WHERE student = ?"
    assert accessor.execute_query(sql, [0], rows="dicts") == [{"student": 0, "item": "a"}]


def test_query_frame_has_the_types_of_the_client(
    accessor: BigQueryAccessor, client: bigquery.Client, dataset: str
) -> None:
    accessor.execute_query(f"CREATE TABLE {dataset}.t (n INT64, x FLOAT64, ok BOOL, day DATE)")
    accessor.execute_query(
        f"INSERT INTO {dataset}.t VALUES (1, 0.5, TRUE, DATE '2020-01-02'),"
        " (NULL, NULL, NULL, NULL)"
    )
    sql = f"SELECT * FROM {dataset}.t WHERE x IS NULL OR x < @most ORDER BY n DESC"
    found = accessor.query_frame(sql, {"most": 1.0})
    config = bigquery.QueryJobConfig(
        query_parameters=[bigquery.ScalarQueryParameter("most", "FLOAT64", 1.0)]
    )
    job = client.query(sql, job_config=config)
    with pytest.warns(PendingDeprecationWarning):
        expected = job.to_dataframe(create_bqstorage_client=False)
    pd.testing.assert_frame_equal(found, expected)
    assert [str(one) for one in found.dtypes] == ["Int64", "float64", "boolean", "dbdate"]


def test_query_frame_of_a_wrong_query(accessor: BigQueryAccessor) -> None:
    with pytest.raises(QueryError):
        accessor.query_frame("SELECT missing_column")


def test_frames_without_their_libraries(
    accessor: BigQueryAccessor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "db_dtypes", None)
    with pytest.raises(DataAccessError, match="pip install db-dtypes"):
        accessor.query_frame("SELECT 1 AS a")
    with pytest.raises(DataAccessError, match="pip install db-dtypes"):
        accessor.load_frame("d.t", pd.DataFrame())


def test_execute_query_rows_are_the_callers(accessor: BigQueryAccessor) -> None:
    rows = accessor.execute_query("SELECT 1, 'a'")
    rows[0].append("mine")
    assert rows == [[1, "a", "mine"]]


def test_execute_query_without_rows(accessor: BigQueryAccessor, dataset: str) -> None:
    assert accessor.execute_query(f"CREATE TABLE {dataset}.t (id INT64)") == []
    assert accessor.execute_query(f"SELECT * FROM {dataset}.t") == []


VALUES: list[Any] = [
    1,
    -1.5,
    "it's",
    True,
    b"\x00",
    Decimal("1.5"),
    datetime.date(2020, 1, 2),
    datetime.time(3, 4, 5),
    datetime.datetime(2020, 1, 2, 3, 4, 5),
    datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
    [1, 2],
    [1.5, 2.5],
    ["a"],
    {"a": 1, "b": [True]},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_params_come_back_as_they_are(accessor: BigQueryAccessor, value: Any) -> None:
    (row,) = accessor.execute_query("SELECT @value", {"value": value})
    assert row == [value]
    assert type(row[0]) is type(value)


def test_params_array_of_structs(accessor: BigQueryAccessor) -> None:
    sql = "SELECT s.a FROM UNNEST(@structs) AS s ORDER BY s.a"
    assert accessor.execute_query(sql, {"structs": [{"a": 2}, {"a": 1}]}) == [[1], [2]]


def test_params_typed_null(accessor: BigQueryAccessor) -> None:
    null = bigquery.ScalarQueryParameter("p", "STRING", None)
    assert accessor.execute_query("SELECT @p IS NULL", {"p": null}) == [[True]]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "ScalarQueryParameter"),
        ([], "ArrayQueryParameter"),
        (object(), "which no BigQuery type takes"),
        ([1, "a"], "mixes INT64 and STRING"),
        (2**63, "does not fit into INT64"),
    ],
)
def test_params_say_what_to_give(accessor: BigQueryAccessor, value: Any, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        accessor.execute_query("SELECT @p", {"p": value})


def test_iter_query_gives_batches(accessor: BigQueryAccessor) -> None:
    sql = "SELECT x FROM UNNEST(GENERATE_ARRAY(1, 25)) AS x ORDER BY x"
    batches = list(accessor.iter_query(sql, batch_rows=10))
    assert [len(batch) for batch in batches] == [10, 10, 5]
    assert [row for batch in batches for row in batch] == [[x] for x in range(1, 26)]


def test_dry_run_gives_bytes(accessor: BigQueryAccessor, answers: str) -> None:
    found = accessor.dry_run(f"SELECT student, item FROM {answers}")
    assert (found.size_bytes, found.columns) == (5 * 8 + 5 * 3, ("student", "item"))


def test_maximum_bytes_billed_is_kept(client: bigquery.Client, answers: str) -> None:
    accessor = BigQueryAccessor(client=client, settings=Settings(maximum_bytes_billed=10))
    with pytest.raises(QueryError, match=r"limit for bytes billed: 10.*MLAPI_MAXIMUM_BYTES"):
        accessor.execute_query(f"SELECT student FROM {answers}")


def test_tables_are_listed_and_described(accessor: BigQueryAccessor, answers: str) -> None:
    dataset = answers.partition(".")[0]
    assert accessor.table_exists(answers)
    assert not accessor.table_exists(f"{dataset}.none")
    assert accessor.list_tables(dataset) == ["answers"]
    names = [(column["name"], column["type"]) for column in accessor.table_schema(answers)]
    assert names == [("student", "INTEGER"), ("item", "STRING"), ("correct", "BOOLEAN")]


def test_missing_table_says_where_and_what_next(accessor: BigQueryAccessor) -> None:
    with pytest.raises(DataNotFoundError) as caught:
        accessor.execute_query("SELECT * FROM nope.answers")
    message = str(caught.value)
    assert "Not found: Dataset local:nope" in message
    assert "project 'local'" in message
    assert "mlapi gcp load" in message
    assert "http" not in message


def test_wrong_query_keeps_bigquerys_words(accessor: BigQueryAccessor) -> None:
    with pytest.raises(
        QueryError, match=r"^Unrecognized name: nope at \[1:8\] \(in project 'local'"
    ):
        accessor.execute_query("SELECT nope")


def test_unreachable_server_is_named(unused_port: int) -> None:
    backend = Backend("local", "local", f"http://127.0.0.1:{unused_port}", None, is_anonymous=True)
    client = bigquery_client(backend)
    with (
        pytest.raises(DataAccessError, match="No server answers at"),
        explained(project="local", what="the dataset exams"),
    ):
        client.get_dataset("exams")


def test_missing_credentials_say_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "key.json"
    secret.write_text('{"type": "service_account", "private_key": "SECRET"}')
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(secret))
    accessor = BigQueryAccessor(settings=Settings(gcp_backend="gcp", gcp_project="p"))
    with pytest.raises(CredentialsError, match="gcloud auth") as caught:
        accessor.execute_query("SELECT 1")
    assert "SECRET" not in str(caught.value)


def test_client_of_a_backend_talks_to_it(endpoint: str) -> None:
    backend = Backend("emulator", "local", endpoint, None, True)
    accessor = BigQueryAccessor(client=bigquery_client(backend), settings=Settings())
    assert isinstance(accessor.client._credentials, AnonymousCredentials)
    assert accessor.execute_query("SELECT 1") == [[1]]


def test_import_is_cheap() -> None:
    code = (
        "import sys; from ml_api_kit.gcp_accessor import BigQueryAccessor; "
        "print([m for m in ('google.cloud.bigquery', 'duckdb', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_query_that_nobody_answers_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        accessor = BigQueryAccessor(settings=Settings(bigquery_emulator=address), timeout_s=1)
        began = time.monotonic()
        with pytest.raises(DataAccessError, match=r"BigQuery (failed|could not be reached)"):
            accessor.execute_query("SELECT 1")
        # Without the limit the client tries for ten minutes.
        assert time.monotonic() - began < 60


def test_local_server_that_died_is_there_for_the_next_query(tmp_path: Path) -> None:
    settings = Settings(gcp_backend="local", local_folder=tmp_path)
    accessor = BigQueryAccessor(settings=settings, timeout_s=30)
    assert accessor.execute_query("SELECT 1") == [[1]]
    server = local_server_status(tmp_path)
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)
    try:
        with pytest.raises(DataAccessError):
            accessor.execute_query("SELECT 1")
        assert accessor.execute_query("SELECT 1") == [[1]]
    finally:
        stop_local_server(tmp_path)
