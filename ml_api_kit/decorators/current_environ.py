"""The WSGI environment of the request that is being answered, whichever way it came."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from flask import has_request_context, request

#: Set while a request is answered without Flask's request object. It began outside of every request
#: of Flask's, so that one that there is now began within it, and is the one that is meant.
LANE_ENVIRON: ContextVar[dict[str, Any] | None] = ContextVar("ml_api_kit.environ", default=None)


def current_environ() -> dict[str, Any]:
    """The environment of the current request.

    Raises RuntimeError: outside a request.
    """
    environ = LANE_ENVIRON.get()
    if environ is not None and not has_request_context():
        return environ
    flask_environ: dict[str, Any] = request.environ
    return flask_environ
