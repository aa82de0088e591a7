from __future__ import annotations

import pytest
from werkzeug.exceptions import Conflict, MethodNotAllowed, RequestEntityTooLarge

from ml_api_kit.decorators import to_problem
from ml_api_kit.errors import (
    DataAccessError,
    InsufficientScopeError,
    MalformedJsonError,
    NotReadyError,
    SchemaViolationError,
    UnauthorizedError,
    Violation,
)


def test_problem_of_a_violation_lists_every_place() -> None:
    error = SchemaViolationError((Violation("/a", "type", "must be null"),))
    problem = to_problem(error, request_id="r-1")
    assert problem.members == {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "The body does not match its schema in one place, listed in errors.",
        "error": "The body does not match its schema in one place, listed in errors.",
        "request_id": "r-1",
        "errors": [{"pointer": "/a", "rule": "type", "detail": "must be null"}],
    }


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (MalformedJsonError("bad"), 400, "Bad Request"),
        (Conflict(), 409, "Conflict"),
        (RequestEntityTooLarge(), 413, "Content Too Large"),
        (DataAccessError("password=x"), 502, "Bad Gateway"),
        (NotReadyError(("model",)), 503, "Service Unavailable"),
        (KeyError("password=x"), 500, "Internal Server Error"),
    ],
)
def test_problem_has_the_status_of_its_error(error: Exception, status: int, title: str) -> None:
    problem = to_problem(error, request_id="r-1")
    assert (problem.status, problem.members["status"], problem.members["title"]) == (
        status,
        status,
        title,
    )
    assert "password" not in str(problem)


def test_problem_tells_which_readiness_check_failed() -> None:
    assert "model" in to_problem(NotReadyError(("model",)), request_id="").members["detail"]


@pytest.mark.parametrize(
    ("is_given", "challenge"),
    [
        (False, 'Bearer realm="api"'),
        (True, 'Bearer realm="api", error="invalid_token", error_description="no"'),
    ],
)
def test_challenge_names_the_token_only_where_one_was_given(is_given: bool, challenge: str) -> None:
    error = UnauthorizedError("no", is_token_given=is_given)
    assert to_problem(error, request_id="").headers == (("WWW-Authenticate", challenge),)


def test_problem_keeps_the_headers_of_an_http_exception() -> None:
    headers = dict(to_problem(MethodNotAllowed(["GET"]), request_id="").headers)
    assert headers == {"Allow": "GET"}


def test_challenge_of_a_missing_scope_names_it() -> None:
    problem = to_problem(InsufficientScopeError(("read", "write")), request_id="")
    assert problem.status == 403
    [(name, challenge)] = problem.headers
    assert name == "WWW-Authenticate"
    assert challenge.startswith(
        'Bearer realm="api", error="insufficient_scope", error_description='
    )
    assert challenge.endswith(', scope="read write"')


def test_challenge_holds_nothing_that_would_have_to_be_escaped() -> None:
    [(_, challenge)] = to_problem(UnauthorizedError('a "b" \\ \r\n\u20ac'), request_id="").headers
    assert challenge.endswith('error_description="a  b' + 7 * " " + '"')
