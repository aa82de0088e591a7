"""Every request of an application timed, counted and logged, whatever becomes of it.

Steps of a request:

1. The clock starts, and a list for the errors of this request is put into its environment.
2. Flask answers. An error that it answers is noted in the list (`note_error`), and not logged yet.
3. Where the request was refused, what is left of its body is thrown away.
4. What even Flask does not answer, such as an error while it cleans up, is answered with a 500.
5. The request is counted, and one line is logged: that of the error where there is one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import Any, Protocol

import orjson
from flask import Flask, current_app, request

from ml_api_kit.decorators.access_log import route_of, write_line
from ml_api_kit.decorators.discarded_body import discard_body
from ml_api_kit.decorators.problem import PROBLEM_MEDIA_TYPE, to_problem
from ml_api_kit.decorators.rate_limit import RATE_HEADERS_KEY
from ml_api_kit.decorators.request_ids import request_id_of

#: Where an application keeps the layer that observes it.
OBSERVED = "ml_api_observed"

_ERRORS_KEY = "ml_api_kit.errors"
_REFUSED = 400
_NO_BODY = (204, 304)

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Recorder(Protocol):
    """What counts requests."""

    def begin(self) -> None:
        """Nothing; counts a request that has come."""

    def end(self, environ: dict[str, Any], route: str | None, status: int, seconds: float) -> None:
        """Nothing; counts the request as answered."""


class _Start:
    """The server's `start_response`, which takes down what goes through it."""

    __slots__ = ("_environ", "_start_response", "is_whole", "status")

    def __init__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> None:
        self._environ = environ
        self._start_response = start_response
        self.status = 0
        self.is_whole = True

    def __call__(self, line: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        names = [name.lower() for name, _ in headers]
        self.status = int(line[:3])
        # Flask states the length of every body that it holds; what has none is made as it is sent.
        self.is_whole = "content-length" in names or self.status in _NO_BODY
        route_of(self._environ)  # looked up as long as Flask knows it
        rate_headers = self._environ.get(RATE_HEADERS_KEY)
        if rate_headers is not None and "ratelimit" not in names:
            headers = [*headers, *rate_headers]
        if "x-request-id" not in names:
            headers = [*headers, ("X-Request-ID", request_id_of(self._environ))]
        return self._start_response(line, headers, *exc_info)


class ObservedApp:
    """The WSGI layer of an application that observes its requests.

    Attributes:
        recorder: what counts the requests, or None.
        logs_access: True to log a line for every request, and not only for errors.
    """

    def __init__(self, app: Flask, inner: WsgiApp, *, logs_access: bool) -> None:
        """Observe `inner`, the WSGI side of `app`, whose logger is written to."""
        self.recorder: Recorder | None = None
        self.logs_access = logs_access
        self._app = app
        self._inner = inner

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """The answer of the application, or a 500 where it has none; with its `X-Request-ID`."""
        started_s = perf_counter()
        errors: list[Exception] = []
        environ[_ERRORS_KEY] = errors
        start = _Start(environ, start_response)
        if self.recorder is not None:
            self.recorder.begin()
        try:
            body = self._inner(environ, start)
            if start.status >= _REFUSED:
                _discard(environ, start.status, errors)
            return body if start.is_whole else _watched(body, self._app.logger, environ)
        except Exception as error:  # noqa: BLE001 - the last place where it can be answered
            errors.append(error)
            return _last_answer(error, environ, start)
        finally:
            self._end(environ, start.status or 500, errors, perf_counter() - started_s)

    def _end(
        self, environ: dict[str, Any], status: int, errors: list[Exception], seconds: float
    ) -> None:
        if self.recorder is not None:
            self.recorder.end(environ, route_of(environ), status, seconds)
        for error in errors:
            write_line(
                self._app.logger, environ, status=status, duration_ms=1000 * seconds, error=error
            )
        if not errors and (self.logs_access or status >= 400):
            write_line(self._app.logger, environ, status=status, duration_ms=1000 * seconds)


def note_error(error: Exception, *, status: int) -> None:
    """Nothing; keeps `error` for the line of the current request, which it ended with `status`.

    Where nothing observes the application, the line is written at once.
    """
    errors = request.environ.get(_ERRORS_KEY)
    if errors is None:
        write_line(
            current_app.logger, request.environ, status=status, duration_ms=None, error=error
        )
    else:
        errors.append(error)


def _discard(environ: dict[str, Any], status: int, errors: list[Exception]) -> None:
    try:
        discard_body(environ, status=status)
    except Exception as error:
        # A body that broke off once is told once. The answer stands, whoever still hears it.
        if not errors:
            raise
        errors[0].add_note(f"What was left of the body could not be read: {error!r}")


def _watched(body: Any, logger: Any, environ: dict[str, Any]) -> Iterator[Any]:
    try:
        yield from body
    except Exception as error:
        write_line(logger, environ, status=500, duration_ms=None, error=error)
        raise  # the answer has begun: only a broken connection can say that it is not whole


def _last_answer(error: Exception, environ: dict[str, Any], start: _Start) -> Iterable[bytes]:
    body = orjson.dumps(to_problem(error, request_id=request_id_of(environ)).members)
    headers = [("Content-Type", PROBLEM_MEDIA_TYPE), ("Content-Length", str(len(body)))]
    # WSGI lets an answer that was begun be replaced as long as none of it has been sent.
    replaced = (sys.exc_info(),) if start.status else ()
    start("500 Internal Server Error", headers, *replaced)
    return [body]
