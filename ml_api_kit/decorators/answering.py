"""Errors answered: the problem document sent, and the error logged once."""

from __future__ import annotations

from typing import Any

import orjson
from flask import current_app, got_request_exception, request
from flask.wrappers import Response
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as WerkzeugResponse

from ml_api_kit.decorators.observed_app import note_error
from ml_api_kit.decorators.problem import PROBLEM_MEDIA_TYPE, Problem, to_problem
from ml_api_kit.decorators.request_ids import request_id
from ml_api_kit.errors import MlApiError


def answer_error(error: Exception) -> WerkzeugResponse:
    """The answer to the current request, which `error` ended.

    A redirect, and an `HTTPException` that brings its own response, is answered as it is. The
    error is logged by the application's logger, in the line of the request: at level ERROR with
    its traceback where the server is at fault, at level INFO without where the client is.
    """
    if isinstance(error, HTTPException) and (error.response or (error.code or 500) < 400):
        return error.get_response(request.environ)
    problem = to_problem(error, request_id=request_id())
    if not (isinstance(error, InternalServerError) and error.original_exception):
        _note(error, problem.status)  # Flask had that one logged, by log_exception below
    return _response(problem)


def log_exception(exc_info: tuple[Any, ...]) -> None:
    """Nothing; logs an error that Flask met after the view, as `answer_error` logs one in it.

    Takes the place of the application's own `log_exception`, whose line names no request id.
    """
    _note(exc_info[1], 500, is_announced=True)


def _response(problem: Problem) -> Response:
    return current_app.response_class(
        orjson.dumps(problem.members),
        status=problem.status,
        headers=list(problem.headers),
        content_type=PROBLEM_MEDIA_TYPE,
    )


def _note(error: Exception, status: int, *, is_announced: bool = False) -> None:
    if not (is_announced or isinstance(error, MlApiError | HTTPException)):
        # What Flask itself does for an error that nobody handles; tracers listen to it.
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)
    note_error(error, status=status)
