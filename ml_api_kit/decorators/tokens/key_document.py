"""A document with keys, fetched from its URL: bounded in size and time, and never led elsewhere."""

from __future__ import annotations

import time
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from ml_api_kit.decorators.tokens.key_urls import is_here

TIMEOUT_S = 3.0
MAX_DOCUMENT_BYTES = 1 << 18


def fetch_document(url: str) -> bytes:
    """What `url` answers with 200: at most 256 KiB, within 3 seconds for each step.

    A redirect is an error like any other status: who may change where keys come from could change
    the keys. The system's certificates decide which HTTPS server is the right one.

    Raises OSError: when it cannot be had.
    """
    try:
        request = Request(url, headers={"Accept": "application/json"})
        with _opener(url).open(request, timeout=TIMEOUT_S) as response:
            return _read(response)
    except HTTPError as error:
        error.close()
        raise OSError(f"it answered {error.code}") from error
    except HTTPException as error:
        raise OSError(f"it did not answer in HTTP ({type(error).__name__})") from error


def _opener(url: str) -> OpenerDirector:
    opener = OpenerDirector()
    handlers = [HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPErrorProcessor]
    for handler in handlers:
        opener.add_handler(handler())
    if not is_here(urlsplit(url).hostname):
        opener.add_handler(ProxyHandler())  # the one that the environment names
    return opener


def _read(response: HTTPResponse) -> bytes:
    deadline = time.monotonic() + TIMEOUT_S
    parts: list[bytes] = []
    left_bytes = MAX_DOCUMENT_BYTES
    while part := response.read1(left_bytes + 1):
        parts.append(part)
        left_bytes -= len(part)
        if left_bytes < 0:
            raise OSError(f"it answered more than {MAX_DOCUMENT_BYTES} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError(f"it took more than {TIMEOUT_S} seconds to answer")
    if response.length:  # what was announced and did not come
        raise OSError("its answer broke off")
    return b"".join(parts)
