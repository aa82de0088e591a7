"""Whether a running server can be asked, before a load test asks it for its whole time."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from ml_api_kit.errors import LoadTestError, SettingsError

_ANSWER_WITHIN_S = 10.0
_PORTS = {"http": 80, "https": 443}


def check_host(url: str) -> None:
    """Nothing, where a server listens at `url`.

    Raises SettingsError: when `url` is no address of a server.
    Raises LoadTestError: when nothing listens there, or does not within ten seconds.

    >>> check_host("http://127.0.0.1:1")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ml_api_kit.errors.LoadTestError: No server answers at http://127.0.0.1:1 (...
    """
    name, port = _address(url)
    try:
        socket.create_connection((name, port), timeout=_ANSWER_WITHIN_S).close()
    except (OSError, UnicodeError) as error:
        raise LoadTestError(
            f"No server answers at {url} ({error}): start it, or correct --host."
        ) from error


def _address(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        default = _PORTS[parts.scheme]
        name, port = parts.hostname, parts.port or default
    except (KeyError, ValueError):  # another scheme, a port beyond 65535, or a bracket left open
        name, port = None, None
    if not name or not port:
        raise SettingsError(
            "host",
            url,
            "an address such as http://127.0.0.1:8000, beginning with http:// or https://",
        )
    return name, port
