"""Threads for jobs: eight at once, and those of one session one after another."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

RUNNING_JOBS = 8


@dataclass(slots=True, eq=False)
class Turn:
    """A piece of work that waits for its turn, or has had it."""

    work: Callable[[], None]
    session: Hashable | None
    future: Future[None] | None = None
    is_taken: bool = False


class JobThreads:
    """Runs work in threads; work of a session waits for that before it and holds no thread.

    >>> from functools import partial
    >>> threads, done, last = JobThreads(), [], threading.Event()
    >>> work = [partial(done.append, 1), partial(done.append, 2), last.set]
    >>> turns = [threads.submit(one, session="s") for one in work]
    >>> last.wait(), done
    (True, [1, 2])
    """

    def __init__(self) -> None:
        """Start without work."""
        self._threads = ThreadPoolExecutor(RUNNING_JOBS, thread_name_prefix="job")
        # The work that waits behind what runs of each session.
        self._waiting: dict[Hashable, deque[Turn]] = {}
        self._lock = threading.Lock()

    def submit(self, work: Callable[[], None], *, session: Hashable | None) -> Turn:
        """The turn of the work, which begins once there is a thread and its session is free."""
        turn = Turn(work, session)
        with self._lock:
            if session is not None and session in self._waiting:
                self._waiting[session].append(turn)
            else:
                self._begin(turn)
        return turn

    def take(self, turn: Turn) -> bool:
        """Whether work that had not begun was taken out, and is for the caller to do now."""
        with self._lock:
            if turn.is_taken:
                return False
            if turn.future is None:
                self._waiting[turn.session].remove(turn)
            elif turn.future.cancel():
                self._begin_next(turn.session)
            else:
                return False
            turn.is_taken = True
        return True

    def close(self) -> None:
        """Begin nothing more; what runs goes on."""
        self._threads.shutdown(wait=False)

    def _begin(self, turn: Turn) -> None:
        if turn.session is not None:
            self._waiting.setdefault(turn.session, deque())
        turn.future = self._threads.submit(self._run, turn)

    def _run(self, turn: Turn) -> None:
        try:
            turn.work()
        finally:
            with self._lock:
                self._begin_next(turn.session)

    def _begin_next(self, session: Hashable | None) -> None:
        """Let the session's next work begin, once that before it has ended."""
        if session is None:
            return
        if self._waiting[session]:
            self._begin(self._waiting[session].popleft())
        else:
            del self._waiting[session]
