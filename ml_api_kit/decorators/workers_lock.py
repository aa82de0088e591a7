"""A lock for the workers of one server, which costs no call of the kernel while it is free."""

from __future__ import annotations

import multiprocessing

#: What is done under the lock takes microseconds; a holder of so long was killed, in seconds.
DEAD_AFTER_S = 1.0


class WorkersLock:
    """Held by one thread of one process at a time, of all that the process that makes it starts.

    Locks of files are also between processes that know nothing of each other, and are given back
    by the kernel when a process ends. But they are calls of the kernel, for which a thread lets
    the interpreter go, and another thread takes it in the middle of a request.

    A worker that is killed while it holds the lock never gives it back: who has waited a second
    then goes on without.
    """

    def __init__(self) -> None:
        """Make it, free."""
        self._lock = multiprocessing.Lock()

    def __enter__(self) -> None:
        """Take it."""
        self._lock.acquire(timeout=DEAD_AFTER_S)

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        try:  # noqa: SIM105 - `suppress` takes longer than all of the lock
            self._lock.release()
        except ValueError:
            pass  # two went on without, and the other has given it back
