"""A project's own server, started for a load test on a free port of this machine."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from ml_api_kit.errors import LoadTestError
from ml_api_kit.loadtest.child_log import last_lines

HOST = "127.0.0.1"
_READY_PATH = "/readyz"
_POLL_S = 0.1
_STOP_LIMIT_S = 10.0


class ProjectServer:
    """The server that a project's `run.py` starts; ended when the `with` block is left.

    `run.py` is told where to listen by the environment variables `HOST` and `PORT`, and is ready
    when `GET /readyz` gives 200.
    """

    def __init__(
        self, project: Path, *, scratch: Path, variables: Mapping[str, str] | None = None
    ) -> None:
        """Start `run.py` in the folder `project`; its log goes to the folder `scratch`.

        It has this process's environment, and in it the `variables`.

        Raises LoadTestError: when the project has no `run.py`.
        """
        if not (project / "run.py").is_file():
            raise LoadTestError(
                f"There is no run.py in {project.resolve()}: run this in a project's folder, or "
                "name a running server with --host."
            )
        self._port = free_port()
        self._log = scratch / "server.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "run.py"],
                cwd=project,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for this process, which then ends its children in order.
                start_new_session=True,
                env=os.environ | dict(variables or {}) | {"HOST": HOST, "PORT": str(self._port)},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://{HOST}:{self._port}"

    def wait_until_ready(self, *, timeout_s: float = 30.0) -> None:
        """Wait until the server answers that it is ready.

        Raises LoadTestError: when it ends instead, or is not ready within `timeout_s`; with the
        last lines of its log.
        """
        end = time.monotonic() + timeout_s
        answer = "no answer"
        while time.monotonic() < end:
            self.check_alive()
            answer = _ready_answer(self._port)
            if answer == "200":
                return
            time.sleep(_POLL_S)
        raise LoadTestError(
            f"The server was not ready after {timeout_s:g} s (GET {_READY_PATH}: {answer}). "
            f"Its last lines:\n{last_lines(self._log)}"
        )

    def check_alive(self) -> None:
        """Do nothing while the server runs.

        Raises LoadTestError: when it has ended, with its status and the last lines of its log.
        """
        status = self._process.poll()
        if status is not None:
            raise LoadTestError(
                f"The server (run.py) ended with status {status}. "
                f"Its last lines:\n{last_lines(self._log)}"
            )

    def stop(self) -> None:
        """End the server if it still runs: with SIGTERM, and hard when that takes over 10 s."""
        try:
            self._process.terminate()
            self._process.wait(timeout=_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            pass  # killed below
        finally:
            if self._process.poll() is None:
                # The group is the server's own (start_new_session), so its workers go with it.
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()


def free_port() -> int:
    """A port of this machine that nothing listens on at this moment."""
    # Another process could take the port before the server does; the server then fails to start,
    # and its log says why.
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _ready_answer(port: int) -> str:
    connection = http.client.HTTPConnection(HOST, port, timeout=2.0)
    try:
        connection.request("GET", _READY_PATH)
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return str(error)
    finally:
        connection.close()
