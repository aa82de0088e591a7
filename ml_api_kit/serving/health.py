"""Health probes: is the process alive, is the application ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint

from ml_api_kit.decorators import handle_errors, rate_limit, validate_response
from ml_api_kit.errors import NotReadyError

ReadinessCheck = Callable[[], object]

_ALIVE = {
    "type": "object",
    "required": ["status"],
    "properties": {"status": {"const": "ok"}},
    "additionalProperties": False,
}


def health(checks: Mapping[str, ReadinessCheck] | None = None) -> Blueprint:
    """A blueprint with `GET /healthz` and `GET /readyz`.

    `/healthz` answers 200 while the process answers at all. `/readyz` runs every check in
    `checks`, by name; one that raises, or returns False, makes it answer 503 with the names of
    those that failed. Why they failed is logged and not told.

    >>> from flask import Flask
    >>> app = Flask("example")
    >>> app.register_blueprint(health({"model": lambda: True}))
    >>> app.test_client().get("/readyz").json
    {'status': 'ok'}
    """
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    @handle_errors
    @rate_limit("unlimited")
    @validate_response(_ALIVE)
    def healthz() -> dict[str, Any]:
        """Whether the process is alive."""
        return {"status": "ok"}

    @blueprint.get("/readyz")
    @handle_errors
    @rate_limit("unlimited")
    @validate_response(_ALIVE)
    def readyz() -> dict[str, Any]:
        """Whether the application is ready to answer.

        Answers 503 while one of its checks fails.
        """
        run_checks(checks or {})
        return {"status": "ok"}

    return blueprint


def run_checks(checks: Mapping[str, ReadinessCheck]) -> None:
    """Nothing, where every one of `checks` passes.

    Raises NotReadyError: with the names of those that fail; caused by what they raised.
    """
    failures = {name: failure for name, check in checks.items() if (failure := _failure(check))}
    if failures:
        raise NotReadyError(tuple(failures)) from ExceptionGroup(
            "readiness checks failed", list(failures.values())
        )


def _failure(check: ReadinessCheck) -> Exception | None:
    try:
        return ValueError("the check returned False") if check() is False else None
    except Exception as error:  # noqa: BLE001 - whatever a check raises says "not ready"
        return error
