"""Numbers of one process in a file that others can read while they change.

A file has a fixed size and is mapped into memory, so that a number is changed as fast as one in a
list, and outlives the process. It holds, each at a multiple of 8 bytes:

    the number of bytes used
    a series: the size of its key in bytes, the number of its values, the key, the values (float64)
    a series …

The process holds a lock on its file for as long as it lives, whichever way it ends.
"""

from __future__ import annotations

import json
import mmap
import os
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path

from ml_api_kit.decorators.shared_file import open_shared_file

SIZE_BYTES = 1 << 20
SUFFIX = ".series"

_USED = struct.Struct("=Q")
_HEAD = struct.Struct("=II")
_VALUE_BYTES = 8

#: What a series counts, and the labels that it counts it by.
SeriesKey = tuple[str, ...]


class SeriesFile:
    """The series of this process, in a file of `folder`, or in its own memory where it is None.

    Attributes:
        values: all of the file as numbers; a series is a stretch of it.
    """

    def __init__(self, folder: Path | None) -> None:
        """Make the file, empty.

        Raises ServerStartError: when `folder` cannot be written to, or has no room for it.
        """
        self._memory = mmap.mmap(-1, SIZE_BYTES) if folder is None else _mapped(folder)
        self._used = _USED.size
        self.values = memoryview(self._memory).cast("d")
        self._publish()

    def add(self, key: SeriesKey, size: int) -> int | None:
        """The index in `values` where the series `key` of `size` zeros starts; None if it is full.

        Not to be called by two threads at once.
        """
        encoded = json.dumps(key).encode()
        encoded += b" " * (-len(encoded) % _VALUE_BYTES)
        start = self._used + _HEAD.size + len(encoded)
        end = start + size * _VALUE_BYTES
        if end > SIZE_BYTES:
            return None
        _HEAD.pack_into(self._memory, self._used, len(encoded), size)
        self._memory[start - len(encoded) : start] = encoded
        self._used = end
        self._publish()  # last, so that a reader never meets half a series
        return start // _VALUE_BYTES

    def read(self) -> dict[SeriesKey, tuple[float, ...]]:
        """The values of every series."""
        return dict(read_series(self._memory[: self._used]))

    def _publish(self) -> None:
        _USED.pack_into(self._memory, 0, self._used)


def read_series(content: bytes) -> Iterator[tuple[SeriesKey, tuple[float, ...]]]:
    """The key and the values of every series in the `content` of a file."""
    position, used = _USED.size, _USED.unpack_from(content)[0]
    while position < used:
        key_bytes, size = _HEAD.unpack_from(content, position)
        start = position + _HEAD.size + key_bytes
        key = json.loads(content[start - key_bytes : start])
        yield tuple(key), struct.unpack_from(f"={size}d", content, start)
        position = start + size * _VALUE_BYTES


def _mapped(folder: Path) -> mmap.mmap:
    import fcntl  # not on every system; a process that counts for itself needs none

    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    hidden, path = folder / f".{name}", folder / f"{name}{SUFFIX}"
    descriptor = open_shared_file(hidden, size_bytes=SIZE_BYTES, is_new=True)
    try:
        # Locked before it can be found: one without a lock is taken for that of an ended process.
        # The mapping keeps a copy of the descriptor, and thereby the lock.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        memory = mmap.mmap(descriptor, SIZE_BYTES)
        _USED.pack_into(memory, 0, _USED.size)
        hidden.rename(path)
        return memory
    finally:
        os.close(descriptor)
