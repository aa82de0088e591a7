"""Reads the `Content-Range` of a chunk and the `Range` of a download."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, invalid

_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)", re.ASCII)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
CHUNK_MULTIPLE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where a chunk goes: `start` is None for a question after the state, `total` while unknown."""

    start: int | None
    size_bytes: int
    total: int | None


def parse_content_range(text: str | None, size_bytes: int) -> Chunk:
    """The chunk that a request of `size_bytes` brings; without the header it brings everything.

    Raises StorageApiError: 400 for a range that is malformed or does not fit the body.

    >>> parse_content_range("bytes 0-3/4", 4)
    Chunk(start=0, size_bytes=4, total=4)
    """
    if text is None:
        return Chunk(0, size_bytes, size_bytes)
    match = _CONTENT_RANGE.fullmatch(text)
    if match is None:
        raise invalid("Failed to parse Content-Range header.")
    first, last, end = match.groups()
    total = None if end == "*" else int(end)
    if first is None:
        if size_bytes:
            raise invalid("A request with Content-Range 'bytes */…' must have no body.")
        return Chunk(None, 0, total)
    start, stop = int(first), int(last) + 1
    if stop - start != size_bytes or (total is not None and stop > total):
        raise invalid(f"Content-Range {text!r} does not fit a body of {size_bytes} bytes.")
    if stop != total and size_bytes % CHUNK_MULTIPLE_BYTES:
        raise invalid("Every chunk but the last must be a multiple of 256 KiB.")
    return Chunk(start, size_bytes, total)


def parse_range(text: str | None, size_bytes: int) -> tuple[int, int] | None:
    """The start and stop of the one range of bytes asked for; None for the whole.

    A unit other than bytes and a request for several ranges count as asking for the whole.

    Raises StorageApiError: 416 for a range that is malformed or outside of `size_bytes`.

    Source: RFC 9110, section 14.

    >>> parse_range("bytes=-2", 10)
    (8, 10)
    """
    if text is None or not text.startswith("bytes=") or "," in text:
        return None
    match = _RANGE.fullmatch(text)
    first, last = match.groups() if match else ("", "")
    if first:
        start, stop = int(first), min(int(last) + 1 if last else size_bytes, size_bytes)
    else:
        start, stop = max(size_bytes - int(last or 0), 0), size_bytes
    if start >= stop:
        raise StorageApiError(
            416,
            "requestedRangeNotSatisfiable",
            f"Request range {text[:60]!r} not satisfiable",
            headers={"Content-Range": f"bytes */{size_bytes}"},
        )
    return start, stop
