"""Serves an application in a process of its own while it is measured."""

from __future__ import annotations

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

import ml_api_kit
from ml_api_kit.loadtest.server import free_port

#: The package that is measured is the one that this process has imported.
REPOSITORY = Path(ml_api_kit.__file__).parents[1]
START_TIMEOUT_S = 30
THREADS = 4

_GRANIAN = "import sys; from ml_api_kit.serving import serve; \
serve(sys.argv[1], is_factory=True, port=int(sys.argv[2]), workers=1, threads=int(sys.argv[3]))"


@dataclass(frozen=True, slots=True)
class Served:
    """A served application: its address, and the process whose tree serves it."""

    url: str
    pid: int


@contextmanager
def served(
    server: str,
    factory: str,
    *,
    folder: Path,
    environ: Mapping[str, str],
    ready: str,
    python: str = sys.executable,
    threads: int = THREADS,
) -> Iterator[Served]:
    """The application that `factory` (`module:function`) makes, served out of `folder`.

    `server` is `granian` (as generated projects are served) or `gunicorn`, both with so many
    `threads` for views, or `uvicorn`; each has one worker. `ready` is a path: the application is
    up when a GET of it is answered, be it by a 404. `python` is the interpreter that runs the
    server.
    """
    port = free_port()
    environment = {**os.environ, **environ, "PYTHONPATH": os.pathsep.join([".", str(REPOSITORY)])}
    # What goes wrong is said on standard error; the log, on standard output, is written to nowhere.
    process = subprocess.Popen(
        [python, *_command(server, factory, port, threads)],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url + ready, process)
        yield Served(url, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=START_TIMEOUT_S)


def _command(server: str, factory: str, port: int, threads: int) -> list[str]:
    if server == "granian":
        return ["-c", _GRANIAN, factory, str(port), str(threads)]
    if server == "uvicorn":
        address = ["--host", "127.0.0.1", "--port", str(port)]
        return ["-m", "uvicorn", *address, "--log-level", "warning", "--factory", factory]
    options = ["--workers", "1", "--worker-class", "gthread", "--threads", str(threads)]
    quiet = ["--log-level", "warning", "--bind", f"127.0.0.1:{port}"]
    return ["-m", "gunicorn", *options, *quiet, f"{factory}()"]


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
            time.sleep(0.05)
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{url} did not answer within {START_TIMEOUT_S} seconds")
