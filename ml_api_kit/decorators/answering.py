"""Errors answered: the problem document sent, and the error logged once."""

from __future__ import annotations

from flask import current_app, got_request_exception, request
from flask.wrappers import Response
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from ml_api_kit.decorators.problem import PROBLEM_MEDIA_TYPE, Problem, to_problem
from ml_api_kit.decorators.request_ids import request_id
from ml_api_kit.errors import MlApiError


def answer_error(error: Exception) -> WerkzeugResponse:
    """The answer to the current request, which `error` ended.

    A redirect, and an `HTTPException` that brings its own response, is answered as it is. The
    error is logged by the application's logger: with its traceback where the server is at fault,
    in one line at level INFO where the client is.
    """
    if isinstance(error, HTTPException) and (error.response or (error.code or 500) < 400):
        return error.get_response(request.environ)
    problem = to_problem(error, request_id=request_id())
    _log(error, problem)
    return _response(problem)


def _response(problem: Problem) -> Response:
    import orjson

    return current_app.response_class(
        orjson.dumps(problem.members),
        status=problem.status,
        headers=list(problem.headers),
        content_type=PROBLEM_MEDIA_TYPE,
    )


def _log(error: Exception, problem: Problem) -> None:
    is_unexpected = not isinstance(error, MlApiError | HTTPException)
    if is_unexpected:
        # What Flask itself does for an error that nobody handles; tracers listen to it.
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)
    current_app.logger.log(
        40 if problem.status >= 500 else 20,
        "%s %r answered %d, request id %s",
        request.method,  # the path is quoted: a line break in it would forge a log line
        request.path,
        problem.status,
        problem.members["request_id"],
        exc_info=error if problem.status >= 500 else None,
    )
