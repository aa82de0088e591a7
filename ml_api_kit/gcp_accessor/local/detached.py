"""Starts a local server that outlives this process, and waits until it says that it is ready."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import ml_api_kit

START_WITHIN_S = 30.0


def run_detached(
    options: list[str], log: Path, meanwhile: Callable[[], object] | None
) -> tuple[int | None, bool]:
    """The process that serves, if it came to be and still lives, and whether it is ready.

    What it prints goes into `log`; `meanwhile` is called while it starts.
    """
    command = [sys.executable, "-P", "-m", "ml_api_kit.gcp_accessor.local", *options]
    # The package is found where this process found it, whatever put it there.
    home = str(Path(ml_api_kit.__file__).parents[1])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    reading, writing = os.pipe()
    try:
        with log.open("wb") as output:
            parent = subprocess.Popen(
                [*command, "--ready-fd", str(writing)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": path},
                pass_fds=(writing,),
            )
        os.close(writing)
        writing = -1
        with parent:
            try:
                if meanwhile is not None:
                    meanwhile()
            finally:
                # Also behind a failure: who starts a server next must find this one, or its end.
                told = _told(reading)
        return told
    finally:
        os.close(reading)
        if writing >= 0:
            os.close(writing)


def _told(reading: int) -> tuple[int | None, bool]:
    """What the process said of itself: its number, then that it is ready, or its end."""
    text = b""
    deadline_s = time.monotonic() + START_WITHIN_S
    while not text.endswith(b"ready\n"):
        left_s = max(deadline_s - time.monotonic(), 0)
        if not select.select([reading], [], [], left_s)[0]:
            break
        block = os.read(reading, 4096)
        if not block:
            return None, False
        text += block
    pid = text.partition(b"\n")[0]
    return int(pid) if pid else None, text.endswith(b"ready\n")


def kill_detached(pid: int) -> None:
    """End a process that never came to say that it is ready."""
    # It is ours: it wrote its number into a pipe that only it holds, and has not closed it.
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def last_line(log: Path) -> str:
    """The last line that it wrote, which says why it did not start."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "(none)"
