"""What stands in the way of a local server is told, and mended where that can be done."""

import json
import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests
from google.api_core.exceptions import BadRequest

from ml_api_kit.errors import LocalServerError
from ml_api_kit.gcp_accessor.local import process
from ml_api_kit.gcp_accessor.local.process import (
    local_server_status,
    start_local_server,
    stop_local_server,
)
from tests.gcp_accessor.bigquery_clients import new_bigquery_client
from tests.gcp_accessor.served_folders import wait_until_ended
from tests.gcp_accessor.storage_clients import new_storage_client


def test_killed_server_is_found_dead_and_started_anew(folder: Path) -> None:
    first = start_local_server(folder)
    os.kill(first.pid, signal.SIGKILL)
    assert wait_until_ended(folder, within_s=10)
    second = start_local_server(folder)
    assert second.is_new
    assert second.pid != first.pid


def test_kill_within_an_upload_leaves_no_object_and_no_bytes(folder: Path) -> None:
    server = start_local_server(folder)
    client = new_storage_client(server.url)
    bucket = client.create_bucket("cut")
    bucket.blob("whole").upload_from_string(b"before")
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.putrequest("POST", "/upload/storage/v1/b/cut/o?uploadType=media&name=whole")
    connection.putheader("Content-Length", str(10 << 20))
    connection.endheaders(b"x" * (5 << 20))
    (folder / "storage" / "staging" / ("0" * 32)).write_bytes(b"half received")
    (folder / "storage" / "content" / "00").mkdir(exist_ok=True)
    (folder / "storage" / "content" / "00" / ("0" * 32)).write_bytes(b"moved, not committed")
    os.kill(server.pid, signal.SIGKILL)
    connection.close()
    client.close()
    assert wait_until_ended(folder, within_s=10)
    client = new_storage_client(start_local_server(folder).url)
    assert client.bucket("cut").blob("whole").download_as_bytes() == b"before"
    client.close()
    assert list((folder / "storage" / "staging").iterdir()) == []
    assert len(list((folder / "storage" / "content").glob("*/*"))) == 1


def test_resumable_upload_goes_on_after_a_kill(folder: Path) -> None:
    server = start_local_server(folder)
    client = new_storage_client(server.url)
    url = client.create_bucket("far").blob("a").create_resumable_upload_session()
    requests.put(url, data=b"a" * 262144, headers={"Content-Range": "bytes 0-262143/*"})
    os.kill(server.pid, signal.SIGKILL)
    client.close()
    assert wait_until_ended(folder, within_s=10)
    assert start_local_server(folder).port == server.port
    asked = requests.put(url, headers={"Content-Range": "bytes */262145"})
    assert asked.headers["Range"] == "bytes=0-262143"
    requests.put(url, data=b"b", headers={"Content-Range": "bytes 262144-262144/262145"})
    client = new_storage_client(server.url)
    assert client.bucket("far").get_blob("a").size == 262145
    client.close()


def test_state_of_a_stranger_is_no_server_and_is_not_stopped(folder: Path) -> None:
    server = start_local_server(folder)
    other = folder.parent / "other"
    other.mkdir()
    state = json.loads((folder / "server.json").read_text())
    (other / "server.json").write_text(json.dumps({**state, "id": "of an earlier run"}))
    assert local_server_status(other) is None
    assert stop_local_server(other) is None
    assert local_server_status(folder) == server.__class__(
        server.pid, server.port, server.url, server.folder, None, server.read_api
    )


def test_unreadable_state_is_written_anew(folder: Path) -> None:
    folder.mkdir()
    (folder / "server.json").write_text('{"id": ')
    assert start_local_server(folder).is_new


def test_start_with_a_taken_port_tells_it(folder: Path, tmp_path: Path) -> None:
    server = start_local_server(folder)
    with pytest.raises(LocalServerError, match=f"{server.port} cannot be listened on"):
        start_local_server(tmp_path / "second", port=server.port)


def test_start_with_damaged_data_shows_the_last_line_of_the_log(folder: Path) -> None:
    (folder / "storage").mkdir(parents=True)
    (folder / "storage" / "index.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(LocalServerError, match="cannot be read as the index"):
        start_local_server(folder)


def test_start_in_a_folder_that_is_a_file_tells_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalServerError, match="cannot be written to"):
        start_local_server(tmp_path / "file" / "gcp")


def test_server_that_hangs_is_told_and_not_doubled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_local_server(folder)
    monkeypatch.setattr(process, "STOP_WITHIN_S", 0.3)
    monkeypatch.setattr(process, "_ANSWER_WITHIN_S", 0.2)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with pytest.raises(LocalServerError, match=f"process {server.pid}.* neither answers"):
            start_local_server(folder)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    monkeypatch.undo()
    assert start_local_server(folder).pid == server.pid


def test_second_server_of_a_folder_is_refused(folder: Path) -> None:
    start_local_server(folder)
    command = [sys.executable, "-m", "ml_api_kit.gcp_accessor.local", "--folder", str(folder)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert second.returncode == 1
    assert "has a local server already" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("port", [0, -5, 99999])
def test_state_file_with_an_impossible_port_is_written_anew(tmp_path: Path, port: int) -> None:
    (tmp_path / "server.json").write_text(f'{{"id": "x", "pid": 1, "port": {port}}}')
    try:
        assert start_local_server(tmp_path).is_new
    finally:
        stop_local_server(tmp_path)


@pytest.mark.parametrize("name", ["server.json", "server.log"])
def test_start_in_a_folder_that_cannot_be_used_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(LocalServerError, match="MLAPI_LOCAL_FOLDER"):
        start_local_server(tmp_path)


def test_damaged_tables_are_told_at_once_with_what_to_do(folder: Path) -> None:
    (folder / "bigquery").mkdir(parents=True)
    (folder / "bigquery" / "bigquery.duckdb").write_bytes(b"no database" * 500)
    server = start_local_server(folder)
    client = new_bigquery_client(server.url)
    with client, pytest.raises(BadRequest, match=r"cannot be opened .* move the folder away"):
        client.query_and_wait("SELECT 1")


def test_damaged_state_file_is_mended_by_its_server(folder: Path) -> None:
    server = start_local_server(folder)
    (folder / "server.json").write_text("{")
    assert start_local_server(folder).pid == server.pid
    (folder / "server.json").unlink()
    stopped = stop_local_server(folder)
    assert stopped is not None
    assert stopped.pid == server.pid


def test_server_that_hangs_is_named_without_its_state_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_local_server(folder)
    os.kill(server.pid, signal.SIGSTOP)
    (folder / "server.json").unlink()
    monkeypatch.setattr(process, "STOP_WITHIN_S", 0.3)
    try:
        with pytest.raises(LocalServerError, match=f"process {server.pid}.* neither answers"):
            stop_local_server(folder)
    finally:
        os.kill(server.pid, signal.SIGCONT)
        monkeypatch.undo()
