"""Jobs that are cancelled or out of time: stopped, without a trace and without a lock held."""

from __future__ import annotations

import io
import threading
import time
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import ConnectionProperty, LoadJobConfig, QueryJobConfig

# Each would take days.
_LONG = "UNNEST(GENERATE_ARRAY(1, 1000000)) AS a, UNNEST(GENERATE_ARRAY(1, 1000000)) AS b"
ENDLESS = f"SELECT COUNT(*) AS n FROM {_LONG}, {_LONG.replace(' a,', ' c,').replace(' b', ' d')}"
STOPPED = {
    "reason": "stopped",
    "message": "Job execution was cancelled: User requested cancellation",
    "domain": "global",
}


@pytest.fixture
def table(client: bigquery.Client, dataset: str) -> str:
    client.query_and_wait(f"CREATE TABLE {dataset}.t AS SELECT 1 AS n")
    return f"{dataset}.t"


def begun(client: bigquery.Client, sql: str, **options: Any) -> Any:
    """The job, once it runs."""
    job = client.query(sql, job_config=QueryJobConfig(**options))
    while job.state == "PENDING":
        job.reload()
    assert job.state == "RUNNING"
    return job


def rows(client: bigquery.Client, table: str) -> list[Any]:
    return [row.n for row in client.query_and_wait(f"SELECT n FROM {table} ORDER BY n")]


@pytest.mark.parametrize(
    "sql",
    [
        ENDLESS,
        f"INSERT INTO {{table}} {ENDLESS}",
        f"UPDATE {{table}} SET n = ({ENDLESS}) WHERE true",
        f"MERGE {{table}} t USING ({ENDLESS}) s ON t.n = s.n WHEN NOT MATCHED THEN INSERT ROW",
        f"CREATE TABLE {{table}}_2 AS {ENDLESS}",
        f"CREATE OR REPLACE TABLE {{table}} AS {ENDLESS}",
        "INSERT INTO {table} VALUES (7), (8); BEGIN TRANSACTION; DELETE FROM {table} WHERE n = 7;"
        f" INSERT INTO {{table}} {ENDLESS}; COMMIT TRANSACTION; DROP TABLE {{table}}",
        f"BEGIN {ENDLESS}; EXCEPTION WHEN ERROR THEN INSERT INTO {{table}} VALUES (9); END",
        "LOOP BEGIN SELECT 1 / 0; EXCEPTION WHEN ERROR THEN SELECT 1; END; END LOOP",
        "LOOP IF FALSE THEN SELECT 1; END IF; END LOOP",
    ],
    ids=[
        "query", "insert", "update", "merge", "create", "replace", "transaction", "handler", "loop",
        "empty loop",
    ],
)  # fmt: skip
def test_cancelled_query_is_stopped(client: bigquery.Client, table: str, sql: str) -> None:
    job = begun(client, sql.format(table=table))
    assert job.cancel()
    error = job.exception(timeout=30)
    assert isinstance(error, exceptions.GoogleAPICallError)
    assert "User requested cancellation" in error.message
    assert (job.state, job.error_result) == ("DONE", STOPPED)
    expected = [1, 7, 8] if "TRANSACTION" in sql else [1]
    assert rows(client, table) == expected
    assert [item.table_id for item in client.list_tables(table.partition(".")[0])] == ["t"]
    client.query_and_wait(f"INSERT INTO {table} VALUES (3)")
    assert client.get_table(table).num_rows == len(expected) + 1


def test_answer_of_a_cancelled_query_is_refused(client: bigquery.Client) -> None:
    job = begun(client, ENDLESS)
    job.cancel()
    assert job.exception(timeout=30)
    with pytest.raises(exceptions.ClientError, match=r"499 .*User requested cancellation"):
        client._get_query_results(job.job_id, retry=None, location="US")
    assert client.cancel_job(job.job_id).error_result == STOPPED


def test_who_waits_for_a_cancelled_writer_goes_on(client: bigquery.Client, table: str) -> None:
    writer = begun(client, f"INSERT INTO {table} {ENDLESS}")
    waiting = client.query(f"INSERT INTO {table} VALUES (2)")
    cancelled = client.query(f"INSERT INTO {table} VALUES (3)")
    cancelled.cancel()
    assert cancelled.exception(timeout=30)
    assert not waiting.done()
    writer.cancel()
    assert waiting.result(timeout=30).num_dml_affected_rows == 1
    assert rows(client, table) == [1, 2]


def test_jobs_that_wait_for_their_turn_can_be_cancelled(
    client: bigquery.Client, table: str
) -> None:
    # One of them keeps the others waiting.
    running = [begun(client, f"INSERT INTO {table} {ENDLESS}") for _ in range(8)]
    waiting = client.query("SELECT 1")
    assert waiting.state == "PENDING"
    assert [job.job_id for job in client.list_jobs(state_filter="pending")] == [waiting.job_id]
    waiting.cancel()
    for job in running:
        job.cancel()
    assert all(job.exception(timeout=30) for job in running)
    assert waiting.exception(timeout=30)
    assert waiting.error_result == STOPPED


@pytest.mark.parametrize("api_method", ["INSERT", "QUERY"])
def test_job_ends_when_its_time_is_over(client: bigquery.Client, api_method: Any) -> None:
    config = QueryJobConfig(job_timeout_ms=700)
    with pytest.raises(exceptions.GoogleAPICallError, match=r"Job timed out after 0\.7 sec"):
        client.query(ENDLESS, job_config=config, api_method=api_method).result(timeout=30)
    job = next(iter(client.list_jobs(max_results=1)))
    assert job.error_result["reason"] == "stopped"
    assert list(client.query_and_wait("SELECT 1", job_config=QueryJobConfig(job_timeout_ms=90_000)))


def test_answer_that_is_not_there_yet(client: bigquery.Client) -> None:
    answer = client._call_api(
        None,
        span_name="",
        span_attributes={},
        method="POST",
        path="/projects/local/queries",
        data={"query": ENDLESS, "useLegacySql": False, "timeoutMs": 50},
    )
    assert answer["jobComplete"] is False
    job = client.get_job(answer["jobReference"]["jobId"])
    assert job.running()
    with pytest.raises(exceptions.BadRequest, match="is still running"):
        client.delete_job_metadata(job)
    job.cancel()
    assert job.exception(timeout=30)
    client.delete_job_metadata(job)


def test_request_that_is_sent_again_waits_for_the_same_job(client: bigquery.Client) -> None:
    body = {"query": ENDLESS, "useLegacySql": False, "timeoutMs": 0, "requestId": "again"}
    call = {"span_name": "", "span_attributes": {}, "method": "POST", "data": body}
    answers = [client._call_api(None, path="/projects/local/queries", **call) for _ in range(3)]
    assert len({answer["jobReference"]["jobId"] for answer in answers}) == 1
    client.cancel_job(answers[0]["jobReference"]["jobId"])


def test_cancelled_load_loads_nothing(client: bigquery.Client, table: str) -> None:
    data = "".join(f"{number}\n" for number in range(300_000)).encode()
    writer = begun(client, f"INSERT INTO {table} {ENDLESS}")
    config = LoadJobConfig(source_format="CSV")
    errors: list[Any] = []

    def load() -> None:
        job = client.load_table_from_file(
            io.BytesIO(data), table, job_config=config, job_id="left_load"
        )
        errors.append(job.exception())

    thread = threading.Thread(target=load)
    thread.start()
    while "left_load" not in [job.job_id for job in client.list_jobs(state_filter="running")]:
        time.sleep(0.01)
    client.cancel_job("left_load")
    thread.join(30)
    assert "User requested cancellation" in errors[0].message
    writer.cancel()
    assert writer.exception(timeout=30)
    assert rows(client, table) == [1]


@pytest.fixture
def session(client: bigquery.Client) -> dict[str, Any]:
    job = client.query("SELECT 1", job_config=QueryJobConfig(create_session=True))
    job.result()
    return {
        "connection_properties": [ConnectionProperty("session_id", job.session_info.session_id)]
    }


def test_stopped_query_rolls_the_transaction_of_its_session_back(
    client: bigquery.Client, table: str, session: dict[str, Any]
) -> None:
    config = QueryJobConfig(**session)
    insert = f"INSERT INTO {table} VALUES (2)"
    for sql in ("CREATE TEMP TABLE s AS SELECT 5 AS n", "BEGIN TRANSACTION", insert):
        client.query(sql, job_config=config).result()
    job = begun(client, f"INSERT INTO {table} {ENDLESS}", **session)
    job.cancel()
    assert isinstance(job.exception(timeout=30), exceptions.GoogleAPICallError)
    with pytest.raises(exceptions.BadRequest, match="There is no active transaction"):
        client.query("COMMIT", job_config=config).result()
    assert rows(client, table) == [1]
    client.query(f"INSERT INTO {table} SELECT n FROM s", job_config=config).result()
    assert rows(client, table) == [1, 5]


def test_query_that_waits_for_its_session_is_stopped(
    client: bigquery.Client, table: str, session: dict[str, Any]
) -> None:
    first = begun(client, ENDLESS, **session)
    config = QueryJobConfig(**session)
    insert = f"INSERT INTO {table} VALUES (2)"
    waiting = [client.query(insert, job_config=config) for _ in range(9)]
    # They take no turn from others.
    assert rows(client, table) == [1]
    assert [job.state for job in waiting] == ["PENDING"] * 9
    for job in waiting:
        job.cancel()
        assert isinstance(job.exception(timeout=30), exceptions.GoogleAPICallError)
        assert job.error_result == STOPPED
    first.reload()
    assert first.state == "RUNNING"
    first.cancel()
    assert isinstance(first.exception(timeout=30), exceptions.GoogleAPICallError)
    client.query(f"INSERT INTO {table} VALUES (3)", job_config=QueryJobConfig(**session)).result()
    assert rows(client, table) == [1, 3]
