"""How often each client came in this window of time and the one before, for all processes.

A table of fixed size in a file that the processes of one server map into memory. A client has one
of eight places that its key leads to. A place whose windows are over is free; where all eight are
taken the client that came least often gives way, so that no number of clients makes the table grow,
and one that comes often is not forgotten for many that come once.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path

from ml_api_kit.decorators.shared_file import open_shared_file
from ml_api_kit.decorators.workers_lock import WorkersLock

PLACES = 1 << 16

_PLACE = struct.Struct(
    "=16sQIII4x"
)  # key's digest, window's number, its length, count, count before
_CHOICES = 8
_KEYS_KEPT = 4096

# One for the process, since locks of files are between processes only.
_THREADS = threading.Lock()


def _renew_lock() -> None:
    global _THREADS
    _THREADS = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)  # a thread that held it is not in the child


class WindowTable:
    """The table in the file `path`, made where it is not there; in own memory where it is None.

    `lock` is that of the processes that share it; without one the file is locked.
    """

    def __init__(self, path: Path | None, *, lock: WorkersLock | None = None) -> None:
        """Map the table.

        Raises ServerStartError: when its folder cannot be written to, or has no room for it.
        """
        size_bytes = PLACES * _PLACE.size
        self._descriptor = -1
        if path is not None:
            self._descriptor = open_shared_file(path, size_bytes=size_bytes)
        self._memory = mmap.mmap(self._descriptor, size_bytes)
        self._lock = lock or _FileLock(self._descriptor)

    def __del__(self) -> None:
        """Give the file back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)

    def visit(
        self, key: str, *, length_s: int, now_s: float, limit: int, amount: int
    ) -> tuple[bool, int, int]:
        """Whether `key` may come, which is then counted; and how often it came, then.

        That is in the window before, and in that of `now_s`.

        It may as long as `amount`, what came in this window, and as much of the window before as
        lies within `length_s` of now, are together `limit` or less.
        """
        whole, into = divmod(now_s, length_s)
        number = int(whole)
        digest, places = _located(key, PLACES)
        with self._lock:
            place, before, count = self._find(digest, places, number, length_s, now_s)
            if before * (1 - into / length_s) + count + amount > limit:
                return False, before, count
            if amount:
                count += amount
                _PLACE.pack_into(self._memory, place, digest, number, length_s, count, before)
            return True, before, count

    def _find(
        self, digest: bytes, places: tuple[int, ...], number: int, length_s: int, now_s: float
    ) -> tuple[int, int, int]:
        best, best_weight = 0, -1.0
        for place in places:
            found, at, length, count, before = _PLACE.unpack_from(self._memory, place)
            if found == digest:
                if at == number:
                    return place, before, count
                return place, count if at == number - 1 else 0, 0
            is_over = length == 0 or now_s >= (at + 2) * length
            weight = 0.0 if is_over else 1.0 + count + before
            if best_weight < 0 or weight < best_weight:
                best, best_weight = place, weight
        return best, 0, 0


class _FileLock:
    """Held by one thread of one process at a time; of this process alone without a file."""

    __slots__ = ("_give", "_take")

    def __init__(self, descriptor: int) -> None:
        if descriptor < 0:
            self._take = self._give = _nothing
            return
        import fcntl  # not on every system; a process that counts for itself needs none

        self._take = partial(fcntl.lockf, descriptor, fcntl.LOCK_EX)
        self._give = partial(fcntl.lockf, descriptor, fcntl.LOCK_UN)

    def __enter__(self) -> None:
        _THREADS.acquire()
        try:
            self._take()
        except BaseException:
            _THREADS.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            self._give()
        finally:
            _THREADS.release()


def _nothing() -> None:
    pass


@lru_cache(_KEYS_KEPT)
def _located(key: str, table: int) -> tuple[bytes, tuple[int, ...]]:
    """The digest of `key`, and the places that it may have in a `table` of so many."""
    digest = blake2b(key.encode(), digest_size=16).digest()
    first = int.from_bytes(digest[:4], "little")
    places = ((first + choice) % table * _PLACE.size for choice in range(_CHOICES))
    return digest, tuple(places)
