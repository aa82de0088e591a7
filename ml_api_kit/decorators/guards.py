"""The decorators: each adds one guard to a view, in any order."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import wraps
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar, cast, overload

from flask import Flask, current_app, request
from flask.views import View

from ml_api_kit.decorators.answering import answer_error
from ml_api_kit.decorators.observed_app import OBSERVED
from ml_api_kit.decorators.outcome import OUTCOME_KEY
from ml_api_kit.decorators.plan import plans_of
from ml_api_kit.decorators.rate_limit import UNLIMITED, RateRule, parse_limits
from ml_api_kit.decorators.responses import check_response
from ml_api_kit.decorators.tokens.grants import check_scopes
from ml_api_kit.decorators.view_guards import (
    GUARDED,
    GUARDS_ATTRIBUTE,
    SchemaRef,
    ViewGuards,
    guards_of,
    note_guarded,
)
from ml_api_kit.errors import MlApiError, SchemaError
from ml_api_kit.schemas import CompiledSchema, JsonSchema
from ml_api_kit.schemas.lint import refuse_faults

P = ParamSpec("P")
R = TypeVar("R")

INLINE = "an inline schema"


def handle_errors(view: Callable[P, R]) -> Callable[P, R]:
    """`view`, whose errors, and those of its other guards, leave as problem documents.

    With `ApiGuards` on the application every view has this; on its own it needs no extension.

    Source: RFC 9457.
    """
    return _guarded(view, handles_errors=True)


@overload
def token_required(view: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def token_required(
    *, scopes: Collection[str] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def token_required(
    view: Callable[P, R] | None = None, /, *, scopes: Collection[str] = ()
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """`view`, which is only reached with a good bearer token: `request_token()` tells whose.

    Which tokens are good the settings say: `MLAPI_TOKEN_HASHES`, `MLAPI_JWT_…`, `MLAPI_GOOGLE_…`.
    Without one the answer is 401 with `WWW-Authenticate`. Called with `scopes`, as in
    `@token_required(scopes=("read",))`, it is a decorator for views that need a token with all of
    them; a good token that lacks one gets a 403.

    Raises SettingsError: when `scopes` is one text, or holds what is no scope.
    """
    needed = check_scopes(scopes)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        both = dict.fromkeys((*guards_of(view).scopes, *needed))
        return _guarded(view, needs_token=True, scopes=tuple(both))

    return decorate if view is None else decorate(view)


def fast_lane(view: Callable[P, R]) -> Callable[P, R]:
    """`view`, which is answered in front of Flask, with the same guards and the same answers.

    For a view that takes no part of its path, and reads its request by nothing but what this
    package has for it, such as `request_json()`: `flask.request` is not there. `current_app` and
    `g` are. Its answer may be anything that Flask takes; a dict or a list is sent at once.

    The route goes through Flask all the same where `MLAPI_FAST_LANE` is off, and where the
    application has something that Flask would call around the view, such as a function declared by
    `before_request`; the log then says so at the first request.
    """
    return _guarded(view, takes_fast_lane=True)


def rate_limit(limit: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator for a view that each client may only ask as often as `limit` says.

    `limit` is a text such as `100 per minute` or `10 per second; 1000 per hour`, or `unlimited`; it
    takes the place of `MLAPI_RATE_LIMIT`. A client is known by its token where the view needs one,
    else by its address. Beyond the limit the answer is 429 with `Retry-After`.

    Raises SettingsError: when `limit` is none.
    """
    if limit != UNLIMITED:
        parse_limits(limit, name="rate_limit")

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        return _guarded(view, rate=RateRule(limit, f"{view.__module__}.{view.__qualname__}"))

    return decorate


def validate_json(view: Callable[P, R]) -> Callable[P, R]:
    """`view`, which is only reached with one JSON value as the body: `request_json()` gives it.

    A body that is absent or is not JSON gets a 400, one that is too large a 413, one that is
    declared to be something else a 415.
    """
    return _guarded(view, reads_json=True)


def validate_schema(
    schema: str | JsonSchema, *, fills_defaults: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator for a view that is only reached with a body that matches `schema`.

    `schema` is the name of a file in `MLAPI_SCHEMA_FOLDER`, or a schema. Any other body gets a
    422 with every violation. Includes what `validate_json` does. With `fills_defaults` the view
    gets a body in which properties that are missing have the `default` of their schema; the body
    that was sent is what must match.

    Raises SchemaError: when `schema` is none, or the view has a schema for its body already.
    """
    ref = _reference(schema)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        _refuse_second(view, guards_of(view).body, "body")
        return _guarded(view, reads_json=True, body=ref, fills_defaults=fills_defaults)

    return decorate


def validate_query(schema: str | JsonSchema) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator for a view that is only reached with a query string that matches `schema`.

    Each property of the schema is a parameter; `request_query()` gives them in their declared
    types. A parameter that is not known, or given twice without being an array, gets a 422 like
    every other violation; a query string that is no percent-encoded UTF-8 gets a 400.

    Raises SchemaError: when `schema` is none, or the view has a schema for its query already.
    """
    return _validate_part("query", schema, subject="query string")


def validate_path(schema: str | JsonSchema) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator for a view that is only reached by a path whose variable parts match `schema`.

    Each property of the schema is a variable part of the route; `request_path()` gives them in
    their declared types. Anything else gets a 422 with every violation.

    Raises SchemaError: when `schema` is none, or the view has a schema for its path already.
    """
    return _validate_part("path", schema, subject="path")


def validate_headers(schema: str | JsonSchema) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator for a view that is only reached with headers that match `schema`.

    Each property of the schema is a header; `request_headers()` gives them in their declared types.
    Headers that the schema does not name are not looked at. Anything else gets a 422 with every
    violation.

    Raises SchemaError: when `schema` is none, or the view has a schema for its headers already.
    """
    return _validate_part("headers", schema, subject="headers")


def validate_response(
    schema: str | JsonSchema, *, status: int = 200
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator for a view whose answers with `status` are JSON that matches `schema`.

    The API's description says so; in tests and in debug mode an answer that does not is a 500,
    and the log says where it is wrong. Streamed answers are not read.

    Raises SchemaError: when `schema` is none, or the view has a schema for `status` already.
    """
    ref = _reference(schema)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        responses = guards_of(view).responses
        _refuse_second(view, responses.get(status), f"answers with {status}")
        return _guarded(view, responses=MappingProxyType({**responses, status: ref}))

    return decorate


def _validate_part(
    part: str, schema: str | JsonSchema, *, subject: str
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator that sets the schema of the `part` of `ViewGuards` that is called `subject`."""
    ref = _reference(schema)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        _refuse_second(view, getattr(guards_of(view), part), subject)
        return _guarded(view, **{part: ref})

    return decorate


def _reference(schema: str | JsonSchema) -> SchemaRef:
    if isinstance(schema, str):
        return schema
    refuse_faults(schema, label=INLINE)
    return CompiledSchema(schema, name=INLINE)


def _refuse_second(view: Callable[..., Any], first: SchemaRef | None, subject: str) -> None:
    if first is not None:
        raise SchemaError(
            f"The view {view.__name__} has a schema for its {subject} already; name one, and"
            " combine the two there with allOf."
        )


def _guarded(view: Callable[P, R], **changes: Any) -> Callable[P, R]:
    _refuse_class(view)
    # One wrapper holds all the guards of a view, so that the order they are written in cannot
    # matter, and a request passes one frame instead of six.
    inner = cast("Callable[P, R]", view.__wrapped__) if view in GUARDED else view  # type: ignore[attr-defined]
    guards = replace(guards_of(view), **changes)
    wrapper = _wrapper(inner, guards)
    setattr(wrapper, GUARDS_ATTRIBUTE, guards)
    note_guarded(wrapper, view)
    return wrapper


def _refuse_class(view: object) -> None:
    if isinstance(view, type) and issubclass(view, View):
        raise TypeError(
            f"{view.__name__} is a class of views, and guards are for functions; write the guard"
            " into it, as `decorators = [token_required]`, or above one of its methods."
        )


def _explain(error: Exception, app: Flask, *, view: Callable[..., Any]) -> None:
    if isinstance(error, MlApiError) and OBSERVED not in app.extensions:
        error.add_note(
            f"Nothing answers what the guards of the view {view.__qualname__} refuse, unless the"
            " application has an error handler of its own: call ApiGuards(app), or write"
            " @handle_errors above the guards."
        )


def _wrapper(inner: Callable[P, R], guards: ViewGuards) -> Callable[P, R]:
    is_async = inspect.iscoroutinefunction(inner)

    @wraps(inner)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        # Asked for once each: every attribute of a proxy costs a search for what it stands for.
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        asked = request._get_current_object()  # type: ignore[attr-defined]
        try:
            outcome = asked.environ.pop(OUTCOME_KEY, None)
            if outcome is not None:  # the guards and the view have had their say, in the fast lane
                return cast(R, outcome.give())
            plans = plans_of(app)
            plan = plans.of(guards)
            plan.check(asked.environ, asked.view_args)
            call = app.ensure_sync(inner) if is_async else inner
            value = call(*args, **kwargs)
            if plan.responses and plans.checks_responses:
                return cast(R, check_response(value, plan.responses, view=inner.__qualname__))
            return cast(R, value)
        except Exception as error:
            if not guards.handles_errors:
                _explain(error, app, view=inner)
                raise
            return cast(R, answer_error(error))

    return guarded
