"""One WSGI application for the local BigQuery, the local Cloud Storage, and the server's state."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ml_api_kit.gcp_accessor.local.instance import READ_API_PATH, STATUS_PATH, STAY_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_BIGQUERY_PATHS = (
    "/bigquery/",
    "/upload/bigquery/",
    "/resumable/upload/bigquery/",
    "/batch/bigquery",
)


class Activity:
    """How many requests are being answered, and since when there was none.

    >>> activity = Activity()
    >>> with activity:
    ...     activity.active_requests
    1
    """

    def __init__(self) -> None:
        """Begin idle."""
        self._lock = threading.Lock()
        self._idle_since_s = time.monotonic()
        self.active_requests = 0

    def __enter__(self) -> None:
        """Count a request."""
        with self._lock:
            self.active_requests += 1

    def __exit__(self, *error: object) -> None:
        """Count it no longer."""
        with self._lock:
            self.active_requests -= 1
            self._idle_since_s = time.monotonic()

    def idle_s(self) -> float:
        """The seconds since the last request ended; 0 while there is one."""
        with self._lock:
            return 0.0 if self.active_requests else time.monotonic() - self._idle_since_s


class Dispatcher:
    """Passes a request on by its path; answers only those that name a loopback host.

    The last keeps a web page that a browser shows from reaching the data under a name of its own.
    """

    def __init__(
        self,
        *,
        storage: WSGIApplication,
        bigquery: WSGIApplication,
        activity: Activity,
        status: Callable[[], dict[str, Any]],
        stay: Callable[[], None],
        serve_read_api: Callable[[], str],
    ) -> None:
        """Pass on to `storage` and `bigquery`; answer the others, or call them, when asked to."""
        self._storage = storage
        self._bigquery = bigquery
        self._activity = activity
        self._status = status
        self._stay = stay
        self._serve_read_api = serve_read_api

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the application that the path belongs to."""
        path = environ["PATH_INFO"]
        if not is_loopback_host(environ.get("HTTP_HOST", "")):
            return _json(start_response, 421, {"error": "This server answers to 127.0.0.1 only."})
        if path == STATUS_PATH and environ["REQUEST_METHOD"] == "GET":
            return _json(start_response, 200, self._status())
        if path == STAY_PATH and environ["REQUEST_METHOD"] == "POST":
            self._stay()
            return _json(start_response, 200, self._status())
        if path == READ_API_PATH and environ["REQUEST_METHOD"] == "GET":
            with self._activity:
                return _json(start_response, 200, {"address": self._serve_read_api()})
        app = self._bigquery if path.startswith(_BIGQUERY_PATHS) else self._storage
        with self._activity:
            return app(environ, start_response)


def is_loopback_host(host: str) -> bool:
    """Whether a `Host` header names this machine by a loopback address.

    >>> is_loopback_host("127.0.0.1:8080"), is_loopback_host("evil.example")
    (True, False)
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _json(start_response: StartResponse, status: int, body: dict[str, Any]) -> list[bytes]:
    raw = json.dumps(body).encode()
    start_response(
        f"{status} {HTTPStatus(status).phrase}",
        [("Content-Type", "application/json"), ("Content-Length", str(len(raw)))],
    )
    return [raw]
