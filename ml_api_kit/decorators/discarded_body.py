"""What is left of the body of a request that is refused, read so that its sender hears why."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any

#: The largest body that is waited for. The senders of larger ones may see their connection reset.
DISCARDED_BYTES = 1 << 26
#: How long a body is waited for that comes bit by bit, in seconds.
DISCARDING_S = 30.0

_READ_BYTES = 1 << 16
_TOO_LARGE = 413

# A sender that stalls holds the thread that reads from it. One that is told that its body is too
# large was let in, and could hold it by any other body as well. Of those that are refused before
# anything of their bodies is read, such as for want of a token, only one in a process may.
_ONE_AT_A_TIME = threading.Lock()


def discard_body(environ: dict[str, Any], *, status: int) -> None:
    """Nothing; reads what is left of the body in `environ`, which is answered with `status`.

    A client that sends first and listens afterwards finds its connection reset where a server
    answers without having read what was sent. One that waits for a word before it sends
    (`Expect: 100-continue`) needs no such care, and one that announces more than `DISCARDED_BYTES`
    gets none. Where the body is not too large (413), only one at a time is read in a process.
    """
    left = _left_bytes(environ, status)
    if status == _TOO_LARGE:
        _discard(environ["wsgi.input"], left)
    elif left and _ONE_AT_A_TIME.acquire(blocking=False):
        try:
            _discard(environ["wsgi.input"], left)
        finally:
            _ONE_AT_A_TIME.release()


def _discard(stream: Any, left: int) -> None:
    until_s = monotonic() + DISCARDING_S
    while left > 0 and (part := stream.read(min(left, _READ_BYTES))):
        left -= len(part)
        if monotonic() > until_s:
            return


def _left_bytes(environ: dict[str, Any], status: int) -> int:
    knows_its_end = bool(environ.get("wsgi.input_terminated"))
    # Without an end, no more may be read than there is, and only of a body that is too large is it
    # certain that nothing was read yet.
    if "HTTP_EXPECT" in environ or not (knows_its_end or status == _TOO_LARGE):
        return 0
    stated = environ.get("CONTENT_LENGTH")
    if stated and stated.isdecimal():
        length = int(stated) if len(stated) < 19 else DISCARDED_BYTES + 1
        return length if length <= DISCARDED_BYTES else 0
    # Where no length is stated there is no body, or one in chunks.
    return DISCARDED_BYTES if knows_its_end else 0
