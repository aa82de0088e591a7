"""Any error as a problem document: what a client is told, and what it is not."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from werkzeug.exceptions import HTTPException, InternalServerError

from ml_api_kit.errors import (
    InsufficientScopeError,
    MlApiError,
    RateLimitError,
    SchemaViolationError,
    UnauthorizedError,
)

PROBLEM_MEDIA_TYPE = "application/problem+json"

_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_UNQUOTABLE = re.compile(r"[^ !#-\[\]-~]")
_NOT_TOLD = "The fault is on the server's side; quote the request id when you report it."


@dataclass(frozen=True, slots=True)
class Problem:
    """A status, its headers and the members of its problem document."""

    status: int
    headers: tuple[tuple[str, str], ...]
    members: dict[str, Any]


def to_problem(error: Exception, *, request_id: str) -> Problem:
    """What the client is told of `error`.

    The members are `type`, `title`, `status`, `detail`, `request_id`, `error` (the detail again,
    for clients that read nothing else) and, where a value breaks its schema, `errors`. What lies
    behind an error of the server is not told.

    Source: RFC 9457, section 3.1; RFC 6750, section 3 (`WWW-Authenticate`); RFC 6585,
    section 4, and RFC 9110, section 10.2.3 (`Retry-After`).

    >>> problem = to_problem(KeyError("secret"), request_id="r-1")
    >>> problem.status, problem.members["title"]
    (500, 'Internal Server Error')
    """
    status, title, detail = _told(error)
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "error": detail,
        "request_id": request_id,
    }
    if isinstance(error, SchemaViolationError):
        members["errors"] = [asdict(violation) for violation in error.violations]
    return Problem(status, _headers(error), members)


def _told(error: Exception) -> tuple[int, str, str]:
    if isinstance(error, MlApiError):
        is_told = error.http_status < 500 or error.is_public
        return error.http_status, error.title, str(error) if is_told else _NOT_TOLD
    is_met_later = isinstance(error, InternalServerError) and error.original_exception is not None
    if isinstance(error, HTTPException) and not is_met_later:  # that is Flask's, after the view
        status = error.code or 500
        return status, _TITLES.get(status, error.name), error.description or error.name
    return 500, MlApiError.title, _NOT_TOLD


def _headers(error: Exception) -> tuple[tuple[str, str], ...]:
    if isinstance(error, UnauthorizedError):
        return (_challenge(error, code="invalid_token" if error.is_token_given else None),)
    if isinstance(error, InsufficientScopeError):
        return (_challenge(error, code="insufficient_scope", scope=" ".join(error.needed)),)
    if isinstance(error, RateLimitError):
        return (("Retry-After", str(error.retry_after_s)), *error.headers)
    if isinstance(error, HTTPException):
        headers = error.get_headers()
        return tuple((name, value) for name, value in headers if name.lower() != "content-type")
    return ()


def _challenge(error: Exception, *, code: str | None, scope: str | None = None) -> tuple[str, str]:
    told = {"error": code, "error_description": str(error), "scope": scope} if code else {}
    # RFC 6750 allows neither quotes nor backslashes in these, so that nothing has to be escaped.
    parts = [
        f'{name}="{_UNQUOTABLE.sub(" ", text)}"'
        for name, text in {"realm": "api", **told}.items()
        if text
    ]
    return "WWW-Authenticate", "Bearer " + ", ".join(parts)
