"""Serves a baked project in processes of its own, out of this repository's environment."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import ml_api_kit
from ml_api_kit.loadtest.server import free_port

TOKEN = "a-token-of-the-tests"
ENDPOINT = "/v1/probabilities"
START_TIMEOUT_S = 30
REPOSITORY = Path(ml_api_kit.__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Api:
    """A project that is being served."""

    url: str
    process: subprocess.Popen[bytes]
    log: IO[bytes]

    def logged(self) -> str:
        """What the server has logged."""
        # Read without moving the position, which the server shares and writes at.
        return os.pread(self.log.fileno(), 1 << 24, 0).decode()

    def ask(
        self, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """The status and the JSON of the answer; a POST where there is a body."""
        request = urllib.request.Request(self.url + path, body, headers or authorized())
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


def authorized(content_type: str = "application/json") -> dict[str, str]:
    """The headers of a request that is let in."""
    return {"Authorization": f"Bearer {TOKEN}", "Content-Type": content_type}


@contextmanager
def served(project: Path, **variables: str) -> Iterator[Api]:
    """`run.py` of the project, on a free port, ready; ended when the block ends."""
    environment = _environment(project, variables)
    # In a file: the server would wait for whoever does not read its log from a pipe.
    with TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "run.py"],
            cwd=project,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            api = Api(f"http://127.0.0.1:{environment['PORT']}", process, log)
            _wait_until_ready(api)
            yield api
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=START_TIMEOUT_S)


def start_in_vain(project: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What `run.py` says, and its exit status, where it cannot start."""
    return subprocess.run(
        [sys.executable, "run.py"],
        cwd=project,
        env=_environment(project, variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=START_TIMEOUT_S,
        check=False,
    )


def _environment(project: Path, variables: Mapping[str, str]) -> dict[str, str]:
    return {
        **os.environ,
        "PORT": str(free_port()),
        "PYTHONPATH": os.pathsep.join((str(project), str(REPOSITORY))),
        "MLAPI_TOKEN_HASHES": hashlib.sha256(TOKEN.encode()).hexdigest(),
        "MLAPI_GCP_BACKEND": "local",
        **variables,
    }


def _wait_until_ready(api: Api) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        assert api.process.poll() is None, api.logged()
        try:
            with urllib.request.urlopen(f"{api.url}/readyz", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"not ready within {START_TIMEOUT_S} seconds")
