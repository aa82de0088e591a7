"""Streams between rows and the Cloud Storage client, which reads and writes in large chunks."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from typing import Any, Protocol

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


class Downloadable(Protocol):
    """The part of the client's blob that a download needs."""

    crc32c: str | None

    def download_as_bytes(self, **options: Any) -> bytes:
        """Bytes of the object."""
        ...


class ObjectReader(io.RawIOBase):
    """A file of an object as it is stored, read in ranges, all of one generation.

    At its end the bytes are held against the object's CRC32C.
    """

    def __init__(
        self, blob: Downloadable, download: Callable[[int, int], bytes], *, subject: str
    ) -> None:
        """Read `blob` by `download(start, end)`; both are inclusive, as the client has it."""
        import google_crc32c

        self._blob = blob
        self._download = download
        self._subject = subject
        self._crc32c: Any = google_crc32c.Checksum()  # type: ignore[no-untyped-call]
        self._position = 0
        self._chunk = memoryview(b"")
        self._is_last = False

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """How many bytes were written to the beginning of `buffer`; 0 at the end.

        Raises DataAccessError: when the object is not what its checksum says.
        Raises PreconditionError: when the object is written anew while it is read.
        """
        if not self._chunk and not self._is_last:
            self._fetch()
        count = min(len(buffer), len(self._chunk))
        buffer[:count] = self._chunk[:count]
        self._chunk = self._chunk[count:]
        return count

    def _fetch(self) -> None:
        try:
            chunk = self._download(self._position, self._position + CHUNK_BYTES - 1)
        except DataNotFoundError as error:
            if self._position == 0:
                raise
            raise PreconditionError(
                f"{self._subject} was written anew or deleted while it was read. Read it again."
            ) from error
        self._crc32c.update(chunk)
        self._position += len(chunk)
        self._chunk = memoryview(chunk)
        self._is_last = len(chunk) < CHUNK_BYTES
        if self._is_last:
            self._check()

    def _check(self) -> None:
        found = base64.b64encode(self._crc32c.digest()).decode()
        # Every Cloud Storage names the CRC32C; an emulator may not, then gzip's own CRC has to do.
        if self._blob.crc32c is not None and self._blob.crc32c != found:
            raise DataAccessError(
                f"{self._subject} came damaged over the network: its CRC32C is"
                f" {self._blob.crc32c}, of what arrived {found}. Read it again."
            )
