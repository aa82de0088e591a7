"""Bodies of requests that are kept on disk, of which one that has no room is refused, not cut off.

Waitress keeps a large body in a temporary file before anybody answers it. Where that file cannot
grow it would close the connection, and a client would send everything again and again.
"""

from __future__ import annotations

import io
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

from ml_api_kit.gcp_accessor.local.full_disk import is_full
from ml_api_kit.gcp_accessor.local.metadata_headers import protected


class Body(OverflowableBuffer):  # type: ignore[misc]
    """A body, or, once the disk has no room for it, the error that whoever reads it gets."""

    buf: Any
    failure: OSError | None = None
    dropped_bytes = 0

    def __len__(self) -> int:
        """The bytes that came: a body in chunks has no other length, and one of 0 is never read."""
        return self.dropped_bytes + int(super().__len__())

    def append(self, data: bytes) -> None:
        """Keep the data; behind a failure nothing is kept any more."""
        if self.failure is not None:
            self.dropped_bytes += len(data)
            return
        had_bytes = len(self)
        try:
            super().append(data)
        except OSError as error:
            if not is_full(error):
                raise
            self.failure = error
            # What was kept frees its room at once, and nothing is written when it is closed.
            _discard(self.buf)
            self.buf = None
            self.dropped_bytes = had_bytes + len(data)

    def getfile(self) -> Any:
        """The file to read it from."""
        return super().getfile() if self.failure is None else _NoFile(self.failure)


class _NoFile(io.RawIOBase):
    def __init__(self, failure: OSError) -> None:
        self._failure = failure

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise self._failure


def _discard(buffer: Any) -> None:
    file = getattr(buffer, "file", None)
    if file is None:
        return
    try:
        file.close()
    except OSError as error:
        # Closing writes what is not written yet; the descriptor is closed all the same.
        if not is_full(error):
            raise


class BodyParser(HTTPRequestParser):  # type: ignore[misc]
    """Reads requests, whose bodies may fail."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request, and get ready for its body."""
        super().parse_header(protected(header_plus))
        if self.body_rcv is not None:
            self.body_rcv.buf = Body(self.adj.inbuf_overflow)


class BodyChannel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read so."""

    parser_class = BodyParser
