import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
import requests

from ml_api_kit.gcp_accessor.local.process import (
    local_server_status,
    start_local_server,
    stop_local_server,
)
from tests.gcp_accessor.served_folders import wait_until_ended
from tests.gcp_accessor.storage_clients import new_storage_client


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
    limited = start_local_server(folder, idle_timeout_s=3)
    kept = start_local_server(folder)
    assert (kept.pid, kept.idle_timeout_s) == (limited.pid, None)
    time.sleep(3.8)
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
