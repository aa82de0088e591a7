"""What is left of a body that is too large, read and thrown away, so that its sender hears why."""

from __future__ import annotations

from typing import Any

#: The largest body that is waited for. The senders of larger ones may see their connection reset.
DISCARDED_BYTES = 1 << 26

_READ_BYTES = 1 << 16


def discard_body(environ: dict[str, Any]) -> None:
    """Nothing; reads the body of the request in `environ`, of which no more than needed was read.

    A client that sends first and listens afterwards finds its connection reset where a server
    answers without having read what was sent. One that waits for a word before it sends
    (`Expect: 100-continue`) needs no such care, and one that announces more than `DISCARDED_BYTES`
    gets none.
    """
    left = _left_bytes(environ)
    stream = environ["wsgi.input"]
    while left > 0 and (part := stream.read(min(left, _READ_BYTES))):
        left -= len(part)


def _left_bytes(environ: dict[str, Any]) -> int:
    if "HTTP_EXPECT" in environ:
        return 0
    stated = environ.get("CONTENT_LENGTH")
    if stated and stated.isdecimal():
        length = int(stated) if len(stated) < 19 else DISCARDED_BYTES + 1
        return length if length <= DISCARDED_BYTES else 0
    return DISCARDED_BYTES if environ.get("wsgi.input_terminated") else 0
