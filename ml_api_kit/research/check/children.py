"""Processes that a check started, each in a session of its own, and ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from ml_api_kit.research.check.project_environment import project_environment

_END_LIMIT_S = 5.0


class Children:
    """The processes that run at the moment; any thread may start one, and `end` ends all."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._is_over = False

    def run(self, arguments: Sequence[str | Path], *, project: Path, limit_s: float) -> str:
        """What the program said on both of its outputs; it ran in the project's folder.

        A program that takes longer than `limit_s` is ended, which is said in its place.
        """
        process = self._start(arguments, project)
        if process is None:
            return "it was not started: the check was interrupted"
        try:
            output, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            return f"it took longer than {limit_s:g} s"
        finally:
            _end(process)
            with self._lock:
                self._running.discard(process)
        return output.decode(errors="replace").strip()

    def end(self) -> None:
        """End all processes, and let no other be started."""
        with self._lock:
            self._is_over = True
            running = list(self._running)
        for process in running:
            _ask_to_end(process)
        for process in running:
            _end(process)

    def _start(
        self, arguments: Sequence[str | Path], project: Path
    ) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._is_over:
                return None
            process = subprocess.Popen(
                arguments,
                cwd=project,
                env=project_environment(project),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for this process, which then ends its children in order.
                start_new_session=True,
            )
            self._running.add(process)
            return process


def _ask_to_end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process: as Ctrl-C does, so that pytest tidies up, and hard when that takes long."""
    _ask_to_end(process)
    try:
        process.wait(timeout=_END_LIMIT_S)
    except subprocess.TimeoutExpired:
        # The group is the process's own, so what it started goes with it.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
