"""Streams between rows and the Cloud Storage client, which reads and writes in large chunks."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from typing import Any

from ml_api_kit.errors import DataAccessError, DataNotFoundError, PreconditionError

# One request carries this much; a multiple of 256 KiB, as resumable uploads need it.
CHUNK_BYTES = 8 << 20


class SourceError(Exception):
    """What the caller's rows raised, carried as `source` through the client's code."""

    def __init__(self, source: Exception) -> None:
        """Carry `source`, which the client would take for an error of its own."""
        super().__init__(str(source))
        self.source = source


class PieceReader(io.RawIOBase):
    """A file of the bytes that an iterator gives piece by piece, as uploads read it.

    >>> PieceReader(iter([b"ab", b"c"])).read(2)
    b'ab'
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Read from `pieces`."""
        self._pieces = pieces
        self._buffer = bytearray()
        self._position = 0

    def readable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """How many bytes were read."""
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        """The next `size` bytes; fewer at the end only.

        Raises SourceError: with what the iterator raised.
        """
        self.fill(size)
        stop = len(self._buffer) if size is None or size < 0 else size
        block = bytes(memoryview(self._buffer)[:stop])
        del self._buffer[:stop]
        self._position += len(block)
        return block

    def fill(self, size: int | None) -> int:
        """How many bytes can be read at once, after fetching until there are `size` or all."""
        try:
            while (size is None or size < 0 or len(self._buffer) < size) and (
                piece := next(self._pieces, None)
            ) is not None:
                self._buffer += piece
        except Exception as error:
            raise SourceError(error) from error
        return len(self._buffer)


def read_object(
    download: Callable[[int, int], bytes], crc32c: Callable[[], str | None], *, subject: str
) -> Iterator[bytes]:
    """The bytes of an object as it is stored, fetched while they are read, all of one generation.

    `download(start, end)` gives a range, both inclusive as the client has it, and fewer bytes at
    the end; `crc32c()` the object's checksum in base64 once the first was fetched. The last piece
    is given only after all of them were held against it.

    Raises DataAccessError: when the object is not what its checksum says.
    Raises PreconditionError: when the object is written anew while it is read.
    """
    import google_crc32c

    found: Any = google_crc32c.Checksum()  # type: ignore[no-untyped-call]
    position = 0
    while True:
        try:
            piece = download(position, position + CHUNK_BYTES - 1)
        except DataNotFoundError as error:
            if position == 0:
                raise
            raise PreconditionError(
                f"{subject} was written anew or deleted while it was read. Read it again."
            ) from error
        found.update(piece)
        position += len(piece)
        if len(piece) < CHUNK_BYTES:
            _check(subject, crc32c(), base64.b64encode(found.digest()).decode())
            yield piece
            return
        yield piece


def _check(subject: str, expected: str | None, found: str) -> None:
    # Every Cloud Storage names the CRC32C; an emulator may not, then gzip's own CRC has to do.
    if expected is not None and expected != found:
        raise DataAccessError(
            f"{subject} came damaged over the network: its CRC32C is {expected}, of what arrived"
            f" {found}. Read it again."
        )
