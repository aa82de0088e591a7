"""What the guards read of the current request."""

from __future__ import annotations

from typing import Any

from ml_api_kit.decorators.current_environ import current_environ
from ml_api_kit.decorators.plan import BODY_KEY, HEADERS_KEY, PATH_KEY, QUERY_KEY, TOKEN_KEY
from ml_api_kit.decorators.tokens import VerifiedToken


def request_json() -> Any:
    """The JSON value in the body of the current request, read once.

    Raises RuntimeError: when the view has neither `validate_json` nor `validate_schema`.
    """
    try:
        return current_environ()[BODY_KEY]
    except KeyError:
        raise RuntimeError(
            "The body was not read; decorate the view with validate_json or validate_schema."
        ) from None


def request_query() -> dict[str, Any]:
    """The parameters of the current request's query string, by name, in their declared types.

    A parameter that was not given is not in it.

    Raises RuntimeError: when the view has no `validate_query`.
    """
    return _read(QUERY_KEY, "query string was", "validate_query")


def request_path() -> dict[str, Any]:
    """The variable parts of the current request's path, by name, in their declared types.

    Raises RuntimeError: when the view has no `validate_path`.
    """
    return _read(PATH_KEY, "path was", "validate_path")


def request_headers() -> dict[str, Any]:
    """The headers of the current request that its schema names, in their declared types.

    They have the names that the schema gives them. A header that was not sent is not among them.

    Raises RuntimeError: when the view has no `validate_headers`.
    """
    return _read(HEADERS_KEY, "headers were", "validate_headers")


def _read(key: str, what: str, decorator: str) -> dict[str, Any]:
    try:
        values: dict[str, Any] = current_environ()[key]
    except KeyError:
        raise RuntimeError(f"The {what} not read; decorate the view with {decorator}.") from None
    return values


def request_token() -> VerifiedToken:
    """Whose token the current request carries, and what it is good for.

    Raises RuntimeError: when the view has no `token_required`.
    """
    try:
        token: VerifiedToken = current_environ()[TOKEN_KEY]
    except KeyError:
        raise RuntimeError(
            "The token was not checked; decorate the view with token_required."
        ) from None
    return token
