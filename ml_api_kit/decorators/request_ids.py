"""The id that a request is traced by, in the answer and in the log."""

from __future__ import annotations

import random
import re
from typing import Any

from ml_api_kit.decorators.current_environ import current_environ

_KEY = "ml_api_kit.request_id"
_SANE = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def choose_request_id(given: str | None) -> str:
    """`given`, where it is 1 to 64 letters, digits, `.`, `_`, `:` and `-`; else a random one.

    >>> choose_request_id("order-17")
    'order-17'
    >>> len(choose_request_id("forged log line"))
    32
    """
    if given and _SANE.fullmatch(given):
        return given
    # Nobody gains by guessing an id; the system's own randomness costs a call of the kernel.
    return f"{random.getrandbits(128):032x}"


def request_id() -> str:
    """The id of the current request: its `X-Request-ID` header where that is sane, else a new one.

    Raises RuntimeError: outside a request.
    """
    return request_id_of(current_environ())


def request_id_of(environ: dict[str, Any]) -> str:
    """The id of the request in `environ`, which is chosen once and kept there.

    >>> request_id_of({"HTTP_X_REQUEST_ID": "order-17"})
    'order-17'
    """
    chosen: str | None = environ.get(_KEY)
    if chosen is None:
        chosen = environ[_KEY] = choose_request_id(environ.get("HTTP_X_REQUEST_ID"))
    return chosen
