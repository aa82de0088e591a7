"""The WSGI environment of the request that is being answered, whichever way it came."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from flask import request

#: Set while a request is answered without Flask's request object.
LANE_ENVIRON: ContextVar[dict[str, Any] | None] = ContextVar("ml_api_kit.environ", default=None)


def current_environ() -> dict[str, Any]:
    """The environment of the current request.

    Raises RuntimeError: outside a request.
    """
    environ = LANE_ENVIRON.get()
    if environ is not None:
        return environ
    flask_environ: dict[str, Any] = request.environ
    return flask_environ
