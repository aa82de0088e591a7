"""Serves the sample application, or another one, in a process of its own."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO


@dataclass
class RunningServer:
    """A server in a process of its own, and in a process group of its own.

    Its log is a file: it would wait for whoever does not read the log from a pipe.
    """

    process: subprocess.Popen[bytes]
    port: int
    log: IO[bytes]

    def get_status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status

    def send(
        self, data: bytes, *, timeout_s: float = 30, is_cut_off: bool = False
    ) -> tuple[int, dict[str, str], bytes]:
        """The status, headers and body of the answer to the raw request `data`.

        `is_cut_off` says that nothing more comes. A reset of the connection is an error here.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout_s) as raw:
            raw.sendall(data)
            if is_cut_off:
                raw.shutdown(socket.SHUT_WR)
            method = data.partition(b" ")[0].decode("latin-1")
            answer = http.client.HTTPResponse(raw, method=method)
            answer.begin()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """The exit status and the output, after the signal `number` to the main process."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        """The exit status and the output, once the server has ended by itself."""
        status = self.process.wait(timeout=30)
        with self.log:
            self.log.seek(0)
            return status, self.log.read().decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_server(
    *,
    port: int,
    workers: int = 1,
    app: str = "tests.serving.sample_app:create_app",
    environ: Mapping[str, str] = MappingProxyType({}),
) -> RunningServer:
    code = (
        "from ml_api_kit.serving import serve;"
        f"serve({app!r}, is_factory=True, port={port},"
        f" workers={workers})"
    )
    path = os.pathsep.join(sys.path)
    log = TemporaryFile()  # noqa: SIM115 - closed when the server has ended
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, **environ, "PYTHONPATH": path},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    server = RunningServer(process, port, log)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            if server.get_status("/healthz") == 200:
                return server
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {server.stop(signal.SIGKILL)[1]}")
