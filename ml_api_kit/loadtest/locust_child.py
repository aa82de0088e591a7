"""Locust as a child process, and the snapshots that it sends."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from ml_api_kit.errors import LoadTestError
from ml_api_kit.loadtest.child_log import last_lines
from ml_api_kit.loadtest.locust_command import INVALID_SHARE_VARIABLE, SENTENCE_PREFIX
from ml_api_kit.loadtest.records import Snapshot, from_json_line

_STOP_LIMIT_S = 10.0
_CACHE_VARIABLE = "HYPOTHESIS_STORAGE_DIRECTORY"


class LocustChild:
    """A running locust; its snapshots come from `snapshots`, and `stop` ends it early."""

    def __init__(
        self, command: Sequence[str], *, project: Path, scratch: Path, invalid_share: float
    ) -> None:
        """Start `command` in the folder `project`; its log goes to the folder `scratch`."""
        cache = project.resolve() / ".mlapi" / "hypothesis"
        self._log = scratch / "locust.log"
        self._lines: queue.Queue[bytes] = queue.Queue()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=project,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                # Ctrl-C is for this process, which then ends its children in order.
                start_new_session=True,
                env=os.environ
                | {
                    INVALID_SHARE_VARIABLE: str(invalid_share),
                    # Kept from run to run: hypothesis takes seconds to make its tables of
                    # characters, and would else make a folder of its own in the project.
                    _CACHE_VARIABLE: os.environ.get(_CACHE_VARIABLE) or str(cache),
                },
            )
        # A thread, so that the caller is never stuck on a locust that says nothing.
        threading.Thread(target=self._read_lines, daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def snapshots(self, *, poll_s: float) -> Iterator[Snapshot | None]:
        """The snapshots in order, the final one last; None whenever `poll_s` passed without one.

        Raises LoadTestError: when locust cannot run the locustfile, or ends before its time.
        """
        while True:
            try:
                line = self._lines.get(timeout=poll_s)
            except queue.Empty:
                yield None
                continue
            if not line:
                raise self._failure()
            if line.startswith(SENTENCE_PREFIX):
                raise LoadTestError(line.removeprefix(SENTENCE_PREFIX).decode().strip())
            snapshot = from_json_line(line)
            yield snapshot
            if snapshot.is_final:
                return

    def wait(self) -> None:
        """Wait until locust has written its report and ended.

        Raises LoadTestError: when it fails in that, or does not end.
        """
        try:
            self._process.wait(timeout=_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            raise LoadTestError(f"locust (pid {self.pid}) did not end; it was killed.") from None
        if self._process.returncode != 0:
            raise self._failure()

    def stop(self) -> None:
        """End locust if it still runs: as Ctrl-C does, so that it writes its report, then hard."""
        if self._process.poll() is not None:
            return
        try:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            pass  # killed below
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()

    def _read_lines(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                self._lines.put(line)
        self._lines.put(b"")

    def _failure(self) -> LoadTestError:
        status = self._process.wait(timeout=_STOP_LIMIT_S)
        return LoadTestError(
            f"locust ended with status {status} before the load test was over. "
            f"Its last lines:\n{last_lines(self._log)}"
        )
