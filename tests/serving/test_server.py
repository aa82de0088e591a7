from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from ml_api_kit.errors import ServerStartError, SettingsError
from ml_api_kit.serving import serve
from ml_api_kit.serving.server import check_address
from tests.serving.running_server import RunningServer, free_port, start_server


def stop_while_answering(
    server: RunningServer, number: signal.Signals, *, is_to_group: bool
) -> tuple[list[int], int]:
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(server.get_status, "/v1/slow") for _ in range(4)]
        time.sleep(0.4)
        (os.killpg if is_to_group else os.kill)(server.process.pid, number)
        exit_status, output = server.wait()
        assert "Listening on http://127.0.0.1:" in output
        assert "Traceback" not in output
        return [each.result() for each in asked], exit_status


@pytest.mark.parametrize(
    ("number", "is_to_group"),
    [(signal.SIGTERM, False), (signal.SIGINT, True), (signal.SIGTERM, True)],
    ids=["SIGTERM", "Ctrl-C", "SIGTERM to all"],
)
def test_stop_answers_what_is_in_flight(number: signal.Signals, is_to_group: bool) -> None:
    server = start_server(port=free_port(), workers=2)
    statuses, exit_status = stop_while_answering(server, number, is_to_group=is_to_group)
    assert statuses == [200] * 4
    assert exit_status == 0
    with pytest.raises(OSError, match="refused"):
        server.get_status("/healthz")


def test_port_that_is_taken_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServerStartError, match=f"port {port}: Address already in use. Stop"):
            serve("sample_app:create_app", port=port)


def test_host_of_another_machine_is_said() -> None:
    with pytest.raises(ServerStartError, match=r"Cannot listen on 192\.0\.2\.1"):
        check_address("192.0.2.1", free_port())


def test_port_that_was_just_used_is_free() -> None:
    port = free_port()
    for _ in range(2):
        server = start_server(port=port)
        assert server.stop()[0] == 0


@pytest.mark.parametrize("option", ["workers", "threads", "port"])
def test_number_that_cannot_be_used_is_refused(option: str) -> None:
    with pytest.raises(SettingsError, match=option):
        serve("sample_app:create_app", **{option: 0})  # type: ignore[arg-type]


def ended_server(app_import: str, **options: object) -> subprocess.CompletedProcess[str]:
    code = (
        "from ml_api_kit.serving import serve\n"
        f"serve({app_import!r}, port={free_port()}, **{options!r})"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False
    )


@pytest.mark.parametrize("workers", [1, 4])
def test_application_that_cannot_be_loaded_ends_the_server_once(workers: int) -> None:
    ended = ended_server("json:nothing", workers=workers)
    assert ended.returncode == 1
    assert "Listening" not in ended.stdout
    assert ended.stderr.count("There is no application 'nothing' in the module 'json'") == 1
    assert "crash loop" not in ended.stdout + ended.stderr


def test_fault_in_the_code_of_the_application_is_shown_and_named() -> None:
    ended = ended_server("no_such_module:app")
    assert ended.returncode == 1
    assert ended.stderr.count("Process granian-worker") == 0
    assert "no_such_module:app cannot be loaded: ModuleNotFoundError: No module" in ended.stderr


def test_port_past_the_last_is_refused() -> None:
    with pytest.raises(SettingsError, match="port is 65536; set it to 65535 or less"):
        serve("sample_app:create_app", port=65_536)


def test_idle_connections_keep_nobody_out() -> None:
    server = start_server(port=free_port())
    try:
        with ExitStack() as stack:
            for _ in range(200):
                address = ("127.0.0.1", server.port)
                idle = stack.enter_context(socket.create_connection(address, timeout=5))
                idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                assert idle.recv(64).startswith(b"HTTP/1.1 200")
            assert server.get_status("/healthz") == 200
    finally:
        server.stop()
