"""Queries that nobody waits for any longer: cancelled by the accessor, stopped by the server."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import bigquery

from ml_api_kit.errors import DataAccessError
from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.local.process import LocalServer
from ml_api_kit.settings import Settings
from tests.gcp_accessor.bigquery_clients import new_bigquery_client

# It would take days.
ENDLESS = """
    SELECT COUNT(*) FROM UNNEST(GENERATE_ARRAY(1, 1000000)) AS a,
        UNNEST(GENERATE_ARRAY(1, 1000000)) AS b, UNNEST(GENERATE_ARRAY(1, 1000000)) AS c
    WHERE a * b + c = @n
"""


@pytest.fixture(scope="module")
def accessor(server: LocalServer) -> Iterator[BigQueryAccessor]:
    accessor = BigQueryAccessor(settings=Settings(gcp_backend="local", local_folder=server.folder))
    accessor.create_dataset("left")
    yield accessor
    accessor.client.close()


@pytest.fixture(scope="module")
def other(server: LocalServer) -> Iterator[bigquery.Client]:
    """Another client of the same server."""
    with new_bigquery_client(server.url) as client:
        yield client


def job_of(client: bigquery.Client, number: int) -> Any:
    """The job of the endless query with this parameter, as soon as it runs."""
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        for job in client.list_jobs(state_filter="running"):
            if [one.value for one in job.query_parameters] == [number]:
                return job
    raise TimeoutError(f"No query with the parameter {number} runs.")


@pytest.mark.parametrize(
    ("number", "ask"),
    [
        (1, lambda accessor, n: accessor.execute_query(ENDLESS, {"n": n})),
        (2, lambda accessor, n: next(accessor.iter_query(ENDLESS, {"n": n}))),
        (3, lambda accessor, n: accessor.query_arrow(ENDLESS, {"n": n})),
        (4, lambda accessor, n: accessor.execute_query(ENDLESS, {"n": n}, job_id_prefix="left_")),
    ],
    ids=["execute_query", "iter_query", "query_arrow", "job_id_prefix"],
)
def test_ctrl_c_cancels_the_query(
    accessor: BigQueryAccessor,
    other: bigquery.Client,
    number: int,
    ask: Callable[[BigQueryAccessor, int], Any],
) -> None:
    found: list[Any] = []
    main = threading.get_ident()

    def press() -> None:
        try:
            found.append(job_of(other, number))
        finally:
            # The query ends in any case.
            signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        ask(accessor, number)
    thread.join()
    [job] = found
    assert isinstance(job.exception(timeout=30), exceptions.GoogleAPICallError)
    assert job.error_result == {
        "reason": "stopped",
        "message": "Job execution was cancelled: User requested cancellation",
        "domain": "global",
    }
    assert accessor.execute_query("SELECT 1") == [[1]]


def test_query_that_takes_longer_than_its_time_is_cancelled(
    accessor: BigQueryAccessor, other: bigquery.Client
) -> None:
    with pytest.raises(DataAccessError, match=r"did not answer in time .* timeout_s"):
        accessor.execute_query(ENDLESS, {"n": 5}, timeout_s=1)
    [job] = [
        job
        for job in other.list_jobs(max_results=20)
        if [one.value for one in getattr(job, "query_parameters", [])] == [5]
    ]
    assert isinstance(job.exception(timeout=30), exceptions.GoogleAPICallError)
    assert job.error_result["reason"] == "stopped"


def test_one_of_several_like_queries_is_left_running(
    accessor: BigQueryAccessor, other: bigquery.Client, caplog: pytest.LogCaptureFixture
) -> None:
    config = bigquery.QueryJobConfig(
        query_parameters=[bigquery.ScalarQueryParameter("n", "INT64", 6)]
    )
    alike = other.query(ENDLESS, job_config=config)
    main = threading.get_ident()

    def press() -> None:
        deadline_s = time.monotonic() + 60
        while (
            len(list(other.list_jobs(state_filter="running"))) < 2 and time.monotonic() < deadline_s
        ):
            time.sleep(0.01)
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        accessor.execute_query(ENDLESS, {"n": 6})
    thread.join()
    assert "since several like it do" in caplog.text
    running = list(other.list_jobs(state_filter="running"))
    assert len(running) == 2
    assert alike.job_id in [job.job_id for job in running]
    for job in running:
        job.cancel()
        job.exception(timeout=30)


def test_load_that_is_interrupted_is_cancelled(
    accessor: BigQueryAccessor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted between its sending and its end, which a key cannot be pressed in time for."""
    cancelled: list[str] = []

    def interrupted(_job: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bigquery.LoadJob, "result", interrupted)
    monkeypatch.setattr(
        bigquery.LoadJob, "cancel", lambda job, **_options: cancelled.append(job.job_id)
    )
    with pytest.raises(KeyboardInterrupt):
        accessor.load_rows("left.rows", [{"a": 3}])
    [job] = [job for job in accessor.client.list_jobs(max_results=5) if job.job_id in cancelled]
    assert job.job_type == "load"


def test_load_that_is_interrupted_before_its_answer_is_told(
    accessor: BigQueryAccessor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    send = bigquery.Client.load_table_from_file

    def interrupted(*given: Any, **options: Any) -> None:
        send(*given, **options).result()
        raise KeyboardInterrupt

    monkeypatch.setattr(bigquery.Client, "load_table_from_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        accessor.load_rows("left.sent", [{"a": 3}])
    assert "had ended before it could be cancelled: its rows are in the table" in caplog.text
