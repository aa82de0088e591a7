import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import grpc
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
from tests.gcp_accessor.storage_clients import new_storage_client


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "gcp"
    yield folder
    stop_local_server(folder)


def wait_until_ended(folder: Path, *, within_s: float) -> bool:
    deadline_s = time.monotonic() + within_s
    while local_server_status(folder) is not None:
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.05)
    return True


def test_start_twice_gives_the_same_server(folder: Path) -> None:
    first = start_local_server(folder)
    second = start_local_server(folder)
    assert (first.pid, first.port, first.is_new) == (second.pid, second.port, True)
    assert not second.is_new


def test_start_answers(folder: Path) -> None:
    server = start_local_server(folder)
    assert requests.get(f"{server.url}/storage/v1/b").status_code == 200


def test_meanwhile_is_called_while_a_server_starts_and_not_beside_one_that_answers(
    folder: Path,
) -> None:
    calls: list[int] = []
    start_local_server(folder, meanwhile=lambda: calls.append(1))
    start_local_server(folder, meanwhile=lambda: calls.append(1))
    assert len(calls) == 1


def test_server_can_be_started_after_what_was_done_meanwhile_failed(folder: Path) -> None:
    def fail() -> None:
        raise ModuleNotFoundError("google.cloud")

    with pytest.raises(ModuleNotFoundError):
        start_local_server(folder, meanwhile=fail)
    first = start_local_server(folder)
    assert start_local_server(folder) == replace(first, is_new=False)


def test_read_api_of_a_server_that_stays_is_served_where_it_was_promised(folder: Path) -> None:
    server = start_local_server(folder)
    with grpc.insecure_channel(server.read_api or "") as channel:
        grpc.channel_ready_future(channel).result(timeout=30)
    assert requests.get(f"{server.url}/_mlapi/read-api").json()["address"] == server.read_api


def test_starts_at_once_give_one_server(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from ml_api_kit.gcp_accessor.local.process import start_local_server\n"
        "print(start_local_server(Path(sys.argv[1])).pid)"
    )
    starts = [
        subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    pids = {start.communicate(timeout=60)[0] for start in starts}
    assert [start.returncode for start in starts] == [0, 0, 0, 0]
    assert len(pids) == 1


def test_stop_ends_the_process_and_a_second_stop_finds_none(folder: Path) -> None:
    server = start_local_server(folder)
    stopped = stop_local_server(folder)
    assert stopped is not None
    assert stopped.pid == server.pid
    assert local_server_status(folder) is None
    assert stop_local_server(folder) is None
    assert "has ended" in (folder / "server.log").read_text()


def test_stop_where_no_server_ever_was_finds_none(tmp_path: Path) -> None:
    assert stop_local_server(tmp_path / "none") is None
    assert not (tmp_path / "none").exists()


def test_start_again_takes_the_same_port_and_the_data_is_there(folder: Path) -> None:
    first = start_local_server(folder)
    client = new_storage_client(first.url)
    client.create_bucket("kept").blob("a").upload_from_string("x")
    client.close()
    stop_local_server(folder)
    second = start_local_server(folder)
    assert (second.port, second.pid != first.pid) == (first.port, True)
    client = new_storage_client(second.url)
    assert client.bucket("kept").blob("a").download_as_text() == "x"
    client.close()


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


def test_copy_of_a_served_folder_has_a_server_of_its_own(folder: Path, tmp_path: Path) -> None:
    first = start_local_server(folder)
    client = new_storage_client(first.url)
    client.create_bucket("exams")
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert local_server_status(copy) is None
    assert stop_local_server(copy) is None
    second = start_local_server(copy)
    try:
        assert second.pid != first.pid
        other = new_storage_client(second.url)
        other.create_bucket("others")
        assert [bucket.name for bucket in other.list_buckets()] == ["exams", "others"]
        other.close()
    finally:
        stop_local_server(copy)
    assert [bucket.name for bucket in client.list_buckets()] == ["exams"]
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


def test_idle_server_ends_by_itself(folder: Path) -> None:
    server = start_local_server(folder, idle_timeout_s=0.5)
    assert server.idle_timeout_s == 0.5
    assert wait_until_ended(folder, within_s=10)


def test_idle_server_stays_while_a_process_uses_it(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from ml_api_kit.gcp_accessor.local.process import use_local_server\n"
        "print(use_local_server(Path(sys.argv[1]), idle_timeout_s=0.3).pid, flush=True)\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as user:
        assert user.stdout is not None
        pid = int(user.stdout.readline())
        time.sleep(1)
        server = local_server_status(folder)
        assert server is not None
        assert server.pid == pid
        user.kill()
    assert wait_until_ended(folder, within_s=10)


def test_server_started_to_stay_stays_even_if_it_was_idle_limited(folder: Path) -> None:
    limited = start_local_server(folder, idle_timeout_s=1)
    kept = start_local_server(folder)
    assert (kept.pid, kept.idle_timeout_s) == (limited.pid, None)
    time.sleep(1.7)
    assert local_server_status(folder) is not None


def test_request_under_way_is_finished_before_the_end(folder: Path) -> None:
    server = start_local_server(folder)
    client = new_storage_client(server.url)
    client.create_bucket("late")
    client.close()
    size_bytes = 64 << 20
    upload = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import requests, sys\n"
            f"data = bytes({size_bytes})\n"
            "print('ready', flush=True)\n"
            "url = sys.argv[1] + '/upload/storage/v1/b/late/o?uploadType=media&name=a'\n"
            "print(requests.post(url, data=data).status_code)",
            server.url,
        ],
        stdout=subprocess.PIPE,
    )
    assert upload.stdout is not None
    upload.stdout.readline()
    time.sleep(0.15)
    stop_local_server(folder)
    # Either it was received and is answered in full, or the server ended before it was received.
    output = upload.communicate(timeout=30)[0].strip()
    client = new_storage_client(start_local_server(folder).url)
    assert client.bucket("late").blob("a").exists() == (output == b"200")
    client.close()


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


def test_server_ends_when_its_folder_is_deleted(folder: Path) -> None:
    first = start_local_server(folder)
    shutil.rmtree(folder, ignore_errors=True)
    second = start_local_server(folder)
    assert second.pid != first.pid
    deadline_s = time.monotonic() + 20
    while is_alive(first.pid) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert not is_alive(first.pid)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that has ended stays in the list until its parent asks how.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
