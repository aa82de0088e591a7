"""Reads an upload of `multipart/related`: JSON, then the object, which is not held in memory.

Source: RFC 2387; https://cloud.google.com/storage/docs/json_api/v1/how-tos/multipart-upload
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from werkzeug.http import parse_options_header

from ml_api_kit.gcp_accessor.local.storage.content import BLOCK_BYTES, Readable
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid, too_large

_MOST_HEAD_BYTES = 8 << 20
# Some clients make it of `=` without the quotes that the standard wants then.
_BARE_BOUNDARY = re.compile(r"\bboundary=([^\s;\"]+)", re.IGNORECASE)


class RelatedBody:
    r"""The parts of a body, read one after the other.

    Lines may end in CRLF, as the standard has it, or in LF, as some clients send them.

    >>> import io
    >>> raw = b'--x\r\n\r\n{}\r\n--x\r\nContent-Type: text/csv\r\n\r\na,b\r\n--x--\r\n'
    >>> body = RelatedBody(io.BytesIO(raw), "multipart/related; boundary=x")
    >>> body.metadata(), body.content_type, b"".join(body.content())
    (b'{}', 'text/csv', b'a,b')
    """

    def __init__(self, stream: Readable, content_type: str) -> None:
        """Read `stream`, whose boundary is in the header `content_type`.

        Raises StorageApiError: 400 for another content type, or one without a boundary.
        """
        kind, options = parse_options_header(content_type)
        bare = _BARE_BOUNDARY.search(content_type)
        boundary = options.get("boundary") or (bare[1] if bare else "")
        if not kind.startswith("multipart/") or not 1 <= len(boundary) <= 200:
            raise invalid("A multipart upload needs Content-Type multipart/related; boundary=…")
        self._stream = stream
        self._boundary = b"--" + boundary.encode("utf-8", "replace")
        self._buffer = b""
        self._eol = b"\r\n"
        self.content_type: str | None = None

    def metadata(self) -> bytes:
        """The first part; afterwards `content_type` is that of the second, None if it has none.

        Raises StorageApiError: 400 for a body of another form, 413 for a first part over 8 MiB.
        """
        preamble = b"".join(self._until(self._boundary, limit_bytes=_MOST_HEAD_BYTES))
        if preamble.strip():
            raise invalid("The multipart body does not begin with its boundary.")
        self._eol = b"\r\n" if self._line(keep=True).endswith(b"\r\n") else b"\n"
        self._headers()
        delimiter = self._eol + self._boundary
        metadata = b"".join(self._until(delimiter, limit_bytes=_MOST_HEAD_BYTES))
        if self._line().strip():
            raise invalid("The multipart body has no second part.")
        self.content_type = self._headers().get("content-type")
        return metadata

    def content(self) -> Iterator[bytes]:
        """The second part, in blocks.

        Raises StorageApiError: 400 when the body ends without its last boundary.
        """
        yield from self._until(self._eol + self._boundary, limit_bytes=None)
        if not self._line().startswith(b"--"):
            raise invalid("The multipart body must have two parts.")

    def _headers(self) -> dict[str, str]:
        headers = {}
        while line := self._line():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        return headers

    def _line(self, *, keep: bool = False) -> bytes:
        while b"\n" not in self._buffer and len(self._buffer) < 65536 and self._fill():
            pass
        line, end, self._buffer = self._buffer.partition(b"\n")
        return line + end if keep else line.rstrip(b"\r")

    def _until(self, delimiter: bytes, *, limit_bytes: int | None) -> Iterator[bytes]:
        """What comes before `delimiter`, which is used up too."""
        seen_bytes = 0
        while (found := self._buffer.find(delimiter)) < 0:
            # The end of the buffer may be the beginning of the delimiter.
            ready = max(len(self._buffer) - len(delimiter) + 1, 0)
            block, self._buffer = self._buffer[:ready], self._buffer[ready:]
            seen_bytes += ready
            if limit_bytes is not None and seen_bytes > limit_bytes:
                raise too_large(limit_bytes)
            if block:
                yield block
            if not self._fill():
                raise invalid("The multipart body ends before its boundary.")
        block, self._buffer = self._buffer[:found], self._buffer[found + len(delimiter) :]
        if block:
            yield block

    def _fill(self) -> bool:
        block = self._stream.read(BLOCK_BYTES)
        self._buffer += block
        return bool(block)
