"""Stopping what a job does: its statement in DuckDB is interrupted, and no other one begins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import JobCancelledError

_LOOK_EVERY_S = 0.1


class Cancellation:
    """Whether a job is to stop, and the cursors that it works with.

    >>> cancellation = Cancellation()
    >>> cancellation.check()
    >>> cancellation.stop("User requested cancellation")
    >>> cancellation.check()
    Traceback (most recent call last):
    ...
    ml_api_kit.gcp_accessor.local.bigquery.errors.JobCancelledError: Job execution was cancelled: \
User requested cancellation
    """

    def __init__(self) -> None:
        """Let it run."""
        self._lock = threading.Lock()
        self._cursors: list[DuckDBPyConnection] = []
        self._shields = 0
        self.reason = ""

    def stop(self, reason: str) -> None:
        """Let no further statement begin; the first reason stays."""
        with self._lock:
            self.reason = self.reason or reason

    def interrupt(self) -> None:
        """Interrupt the statement that runs, if the job is to stop and may be interrupted.

        DuckDB forgets an interrupt that comes between two statements: whoever stops a job calls
        this until it has ended.
        """
        with self._lock:
            if self.reason and not self._shields:
                for cursor in self._cursors:
                    cursor.interrupt()

    def check(self) -> None:
        """Nothing, while the job may go on.

        Raises JobCancelledError: when it is to stop.
        """
        if self.reason and not self._shields:
            raise JobCancelledError(self.reason)

    @contextmanager
    def watching(self, cursor: DuckDBPyConnection) -> Iterator[None]:
        """Within this, what the cursor does can be interrupted.

        Raises JobCancelledError: when the job is to stop.
        """
        with self._lock:
            self.check()
            self._cursors.append(cursor)
        try:
            yield
        finally:
            with self._lock:
                self._cursors.remove(cursor)

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """Within this nothing is interrupted: a commit or a clean-up is done as a whole."""
        with self._lock:
            self._shields += 1
        try:
            yield
        finally:
            with self._lock:
                self._shields -= 1


class CurrentCancellation:
    """The cancellation of the job that a thread runs; nothing stops one that runs no job."""

    def __init__(self) -> None:
        """Start without jobs."""
        self._threads = threading.local()

    @contextmanager
    def of(self, cancellation: Cancellation) -> Iterator[None]:
        """Within this, what the thread does can be cancelled."""
        self._threads.current = cancellation
        try:
            yield
        finally:
            self._threads.current = None

    def check(self) -> None:
        """As that of the thread's own."""
        if (current := self._current) is not None:
            current.check()

    def watching(self, cursor: DuckDBPyConnection) -> AbstractContextManager[None]:
        """As that of the thread's own."""
        current = self._current
        return nullcontext() if current is None else current.watching(cursor)

    @property
    def is_stopped(self) -> bool:
        """Whether what the thread does is to stop."""
        current = self._current
        return current is not None and current.reason != ""

    def shielded(self) -> AbstractContextManager[None]:
        """As that of the thread's own."""
        current = self._current
        return nullcontext() if current is None else current.shielded()

    @property
    def _current(self) -> Cancellation | None:
        return getattr(self._threads, "current", None)


class WriteLock:
    """The lock that writers take turns with; who waits for it looks whether it is to stop."""

    def __init__(self, check: Callable[[], None]) -> None:
        """Call `check` now and then while waiting; what it raises ends the wait."""
        self._lock = threading.RLock()
        self._check = check

    def acquire(self) -> None:
        """Wait for it; the thread that has it gets it again."""
        while not self._lock.acquire(timeout=_LOOK_EVERY_S):
            self._check()

    def release(self) -> None:
        """Let go of it."""
        self._lock.release()

    def __enter__(self) -> None:
        """As `acquire`."""
        self.acquire()

    def __exit__(self, *error: object) -> None:
        """As `release`."""
        self.release()
