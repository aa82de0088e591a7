"""A response that holds its whole body, sent without what werkzeug does for other kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response

_LOCATIONS = frozenset({"location", "content-location"})


class JsonResponse(Response):
    """Flask's response for the answer of a view that is JSON.

    It is sent as every other is, byte for byte. An ordinary one, of status 200 with one body of
    bytes, goes to the server as it stands, where werkzeug copies its headers and wraps its body to
    see to redirects, streams and texts.
    """

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """The body, whose head `start_response` is told."""
        body = self.response
        if (
            self.status_code != 200
            or environ["REQUEST_METHOD"] == "HEAD"
            or type(body) is not list
            or len(body) != 1
            or type(body[0]) is not bytes
        ):
            return super().__call__(environ, start_response)
        headers = self.headers.to_wsgi_list()
        names = [name.lower() for name, _ in headers]
        if "content-length" not in names or not _LOCATIONS.isdisjoint(names):
            return super().__call__(environ, start_response)
        start_response(self.status, headers)
        return _Body(body, self.close)


class _Body(list[bytes]):
    """The body, and what is to be done when it is sent: servers call `close`."""

    __slots__ = ("close",)

    def __init__(self, parts: list[bytes], close: Callable[[], None]) -> None:
        super().__init__(parts)
        self.close = close
