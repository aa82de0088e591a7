"""What fails on the way: retried where that does no harm, told where it cannot be mended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.errors import (
    CredentialsError,
    DataAccessError,
    DataNotFoundError,
    PreconditionError,
    QueryError,
)
from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.backend import Backend
from ml_api_kit.gcp_accessor.bigquery.client import bigquery_client
from ml_api_kit.gcp_accessor.local.process import (
    LocalServer,
    local_server_status,
)
from ml_api_kit.settings import Settings
from tests.gcp_accessor.faulty_proxy import FaultyProxy, faulty_proxy
from tests.gcp_accessor.served_folders import settings_of
from tests.gcp_accessor.storage_clients import new_storage_client
from tests.gcp_accessor.test_reachable import write_account


@pytest.fixture
def proxy(server: LocalServer) -> Iterator[FaultyProxy]:
    with faulty_proxy(server.url) as proxy:
        yield proxy


@pytest.fixture
def accessor(proxy: FaultyProxy) -> Iterator[BigQueryAccessor]:
    client = bigquery_client(Backend("emulator", "local", proxy.url, None, True))
    accessor = BigQueryAccessor(client=client, settings=Settings(), timeout_s=20)
    accessor.create_dataset("faults")
    accessor.execute_query("CREATE OR REPLACE TABLE faults.t (n INT64)")
    proxy.seen.clear()
    yield accessor
    client.close()


@pytest.fixture
def storage(proxy: FaultyProxy, bucket: Any) -> Iterator[GoogleCloudStorageAccessor]:
    client = new_storage_client(proxy.url)
    yield GoogleCloudStorageAccessor(client=client)
    client.close()


def rows_there(accessor: BigQueryAccessor) -> int:
    [[count]] = accessor.execute_query("SELECT COUNT(*) FROM faults.t")
    return int(count)


@pytest.mark.parametrize(
    "fault", [(503, "backendError"), (429, "rateLimitExceeded"), (500, "internalError")]
)
def test_query_is_repeated_after_a_momentary_fault(
    accessor: BigQueryAccessor, proxy: FaultyProxy, fault: tuple[int, str]
) -> None:
    proxy.once("POST", "/queries", fault)
    assert accessor.execute_query("SELECT 1") == [[1]]
    assert proxy.count("POST", "/queries") == 2


@pytest.mark.parametrize("fault", ["cut after", (503, "backendError")])
def test_insert_whose_answer_was_lost_happens_once(
    accessor: BigQueryAccessor, proxy: FaultyProxy, fault: Any
) -> None:
    proxy.once("POST", "/queries", fault)
    accessor.execute_query("INSERT INTO faults.t (n) VALUES (1)")
    assert proxy.count("POST", "/queries") == 2
    assert rows_there(accessor) == 1


def test_load_whose_answer_was_lost_happens_once(
    accessor: BigQueryAccessor, proxy: FaultyProxy
) -> None:
    proxy.once("PUT", "upload_id", "cut after")
    assert accessor.load_rows("faults.t", [{"n": 1}, {"n": 2}]) == 2
    assert rows_there(accessor) == 2


def test_streamed_rows_whose_answer_was_lost_are_there_once(
    accessor: BigQueryAccessor, proxy: FaultyProxy
) -> None:
    proxy.once("POST", "/insertAll", "cut after")
    assert accessor.client.insert_rows_json("local.faults.t", [{"n": 1}]) == []
    assert proxy.count("POST", "/insertAll") == 2
    assert rows_there(accessor) == 1


@pytest.mark.parametrize(
    ("fault", "kind", "message"),
    [
        ((403, "accessDenied"), CredentialsError, "bigquery.jobUser"),
        ((401, "authError"), CredentialsError, "gcloud auth"),
        ((403, "quotaExceeded"), DataAccessError, "ask for a higher quota"),
        ((404, "notFound"), DataNotFoundError, "Check the name"),
        ((400, "invalidQuery"), QueryError, "invalidQuery"),
    ],
)
def test_refusal_is_not_repeated_and_says_what_to_do(
    accessor: BigQueryAccessor,
    proxy: FaultyProxy,
    fault: tuple[int, str],
    kind: type[Exception],
    message: str,
) -> None:
    proxy.once("POST", "/queries", fault)
    with pytest.raises(kind, match=message):
        accessor.execute_query("INSERT INTO faults.t (n) VALUES (1)")
    assert proxy.count("POST", "/queries") == 1
    assert rows_there(accessor) == 0


def test_upload_without_a_condition_is_repeated(
    storage: GoogleCloudStorageAccessor, proxy: FaultyProxy, bucket: Any
) -> None:
    proxy.times(2, "POST", "/upload/", (503, "backendError"))
    storage.upload_csv_gzip(bucket.name, "a.csv.gz", [[1]])
    assert list(storage.download_csv_gzip(bucket.name, "a.csv.gz")) == [["1"]]


# The client leaves the connection of a download that is refused to be closed by chance.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("fault", [(503, "backendError"), (429, "rateLimitExceeded"), "cut after"])
def test_readings_are_repeated_after_a_momentary_fault(
    storage: GoogleCloudStorageAccessor, proxy: FaultyProxy, bucket: Any, fault: Any
) -> None:
    storage.upload_csv_gzip(bucket.name, "a.csv.gz", [[1]])
    proxy.seen.clear()
    proxy.once("GET", "/download/", fault)
    assert list(storage.download_csv_gzip(bucket.name, "a.csv.gz")) == [["1"]]
    assert proxy.count("GET", "/download/") == 2
    proxy.once("GET", f"/b/{bucket.name}/o?", fault)
    assert list(storage.list_paths(bucket.name)) == ["a.csv.gz"]
    proxy.once("GET", "/o/a.csv.gz", fault)
    assert storage.exists(bucket.name, "a.csv.gz")


def test_deletion_is_repeated_under_a_condition_alone(
    storage: GoogleCloudStorageAccessor, proxy: FaultyProxy, bucket: Any
) -> None:
    generation = storage.upload_bytes(bucket.name, "a", b"x")
    proxy.once("DELETE", "/o/a", (503, "backendError"))
    with pytest.raises(DataAccessError):
        storage.delete(bucket.name, "a")
    assert proxy.count("DELETE", "/o/a") == 1
    proxy.once("DELETE", "/o/a", (503, "backendError"))
    storage.delete(bucket.name, "a", if_generation_match=generation)
    assert not storage.exists(bucket.name, "a")


def test_conditional_upload_whose_answer_was_lost_is_not_taken_for_done(
    storage: GoogleCloudStorageAccessor, proxy: FaultyProxy, bucket: Any
) -> None:
    proxy.once("POST", "/upload/", "cut after")
    # The second try finds the first one's object: whose it is nobody can say.
    with pytest.raises(PreconditionError):
        storage.upload_bytes(bucket.name, "a", b"x", if_generation_match=0)
    assert storage.download_bytes(bucket.name, "a") == b"x"


def test_large_upload_goes_on_after_a_cut(
    storage: GoogleCloudStorageAccessor, proxy: FaultyProxy, bucket: Any
) -> None:
    rows = [[n, os.urandom(40).hex()] for n in range(300_000)]
    proxy.once("PUT", "upload_id", "cut after")
    storage.upload_csv_gzip(bucket.name, "large.csv.gz", rows)
    assert bucket.get_blob("large.csv.gz").size > 8 << 20
    found = list(storage.download_csv_gzip(bucket.name, "large.csv.gz"))
    assert (len(found), found[-1]) == (len(rows), [str(value) for value in rows[-1]])


def test_storage_refusals_say_what_is_missing(
    storage: GoogleCloudStorageAccessor, proxy: FaultyProxy, bucket: Any
) -> None:
    with pytest.raises(DataNotFoundError, match="there is no bucket none"):
        storage.upload_bytes("none", "a", b"x")
    proxy.once("POST", "/upload/", (403, "forbidden"))
    with pytest.raises(CredentialsError, match=f"gs://{bucket.name}/a"):
        storage.upload_bytes(bucket.name, "a", b"x")


@pytest.mark.parametrize("answer", [{"error": "invalid_grant"}, {"error": "invalid_client"}])
def test_expired_credentials_are_told_by_the_token_endpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: dict[str, str]
) -> None:
    class TokenEndpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = json.dumps(answer).encode()
            self.send_response(400)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    endpoint = HTTPServer(("127.0.0.1", 0), TokenEndpoint)
    thread = threading.Thread(target=endpoint.serve_forever)
    thread.start()
    uri = f"http://127.0.0.1:{endpoint.server_address[1]}/token"
    path = write_account(tmp_path / "key.json", token_uri=uri)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    settings = Settings(credentials_file=path)
    try:
        with pytest.raises(CredentialsError, match="does not accept the credentials") as caught:
            BigQueryAccessor(settings=settings).execute_query("SELECT 1")
        assert "hidden" not in str(caught.value)
        with pytest.raises(CredentialsError, match="does not accept the credentials"):
            GoogleCloudStorageAccessor(settings=settings).exists("bucket", "a")
    finally:
        endpoint.shutdown()
        endpoint.server_close()
        thread.join()


WORK = {
    "load": "accessor.load_rows('killed.t', ({'n': n, 'text': 'x' * 50} for n in range(400_000)))",
    "query": "accessor.execute_query('CREATE TABLE killed.u AS SELECT a, b FROM"
    " UNNEST(GENERATE_ARRAY(1, 20000)) AS a, UNNEST(GENERATE_ARRAY(1, 2000)) AS b')",
    "upload": "storage.upload_csv_gzip('killed', 'a.csv.gz',"
    " ([n, os.urandom(60).hex()] for n in range(1_000_000)))",
}


@pytest.mark.parametrize("kind", list(WORK))
def test_server_killed_amid_work_leaves_nothing_half_done(folder: Path, kind: str) -> None:
    accessor = BigQueryAccessor(settings=settings_of(folder))
    storage = GoogleCloudStorageAccessor(settings=settings_of(folder))
    accessor.create_dataset("killed")
    accessor.load_rows("killed.t", [{"n": 0, "text": "before"}])
    storage.create_bucket("killed")
    code = (
        "import os, sys; from pathlib import Path\n"
        "from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor\n"
        "from ml_api_kit.settings import Settings\n"
        "settings = Settings(gcp_backend='local', local_folder=Path(sys.argv[1]))\n"
        "accessor = BigQueryAccessor(settings=settings, timeout_s=5)\n"
        "storage = GoogleCloudStorageAccessor(settings=settings)\n"
        "accessor.client, storage.client\n"
        "print('ready', flush=True)\n"
        f"{WORK[kind]}"
    )
    command = [sys.executable, "-c", code, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stderr is not None
        worker.stdout.readline()
        server = local_server_status(folder)
        assert server is not None
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(timeout=0.7)
        os.kill(server.pid, signal.SIGKILL)
        errors = worker.stderr.read().decode()
        assert worker.wait(timeout=120) != 0
    assert "ml_api_kit.errors." in errors.splitlines()[-1]
    again = BigQueryAccessor(settings=settings_of(folder))
    assert again.execute_query("SELECT n, text FROM killed.t") == [[0, "before"]]
    assert again.list_tables("killed") == ["t"]
    fresh = GoogleCloudStorageAccessor(settings=settings_of(folder))
    assert list(fresh.list_paths("killed")) == []
    assert again.load_rows("killed.t", [{"n": 1, "text": "after"}]) == 1


def test_two_processes_that_start_at_once_get_one_server(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from ml_api_kit.gcp_accessor.local.process import start_local_server\n"
        "print(start_local_server(Path(sys.argv[1])).pid)"
    )
    command = [sys.executable, "-c", code, str(folder)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    pids = {process.communicate(timeout=60)[0] for process in started}
    assert len(pids) == 1
