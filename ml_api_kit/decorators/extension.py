"""The Flask extension: schemas compiled at start-up, every error a problem document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from ml_api_kit.decorators.answering import answer_error, log_exception
from ml_api_kit.decorators.fast_lane import FastLane
from ml_api_kit.decorators.observed_app import OBSERVED, ObservedApp, WsgiApp
from ml_api_kit.decorators.plan import EXTENSION, GuardPlans
from ml_api_kit.decorators.request_counts import COUNTS
from ml_api_kit.decorators.start_checks import run_checks
from ml_api_kit.decorators.switches import is_on
from ml_api_kit.decorators.view_guards import ViewGuards, bypassed_views, guards_of
from ml_api_kit.errors import MlApiError, SettingsError


class ApiGuards:
    """The guards of an application.

    It reads from `app.config`: `MLAPI_SCHEMA_FOLDER`, the folder of the `*.json` schemas;
    `MLAPI_TOKEN_HASHES`, the SHA-256 hashes of the tokens that are known, and what else
    `TokenChecker` reads (`MLAPI_JWT_…`, `MLAPI_GOOGLE_…`); `MLAPI_MAX_BODY_BYTES` (1 MiB where
    unset), `MLAPI_MAX_JSON_DEPTH` (64), `MLAPI_ACCESS_LOG` and `MLAPI_FAST_LANE` (on). All are read
    once, here.

    From then on every error of the application leaves as a problem document, also a 404 or 405
    that no view sees, every answer carries an `X-Request-ID`, and every request leaves one line in
    the application's log, where an error is told. Views declared by `fast_lane` are answered in
    front of Flask, where `MLAPI_FAST_LANE` does not say `off`.

    >>> app = Flask("example")
    >>> guards = ApiGuards(app)
    >>> app.test_client().get("/nowhere").json["title"]
    'Not Found'
    """

    def __init__(self, app: Flask | None = None) -> None:
        """Guard `app`, where one is given."""
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Guard `app`; best called when its views are registered, because it checks them.

        Raises SchemaError: when a schema cannot be used, or a view names one that is not there.
        Raises SettingsError: when a setting cannot be used, a view needs a token and none is
        known, or a guard stands above the route of its view, where it would guard nothing.

        Called again with the same `app` it only checks the views; settings are not read anew.
        """
        if OBSERVED in app.extensions:
            self.check(app)
            return
        plans = app.extensions[EXTENSION] = GuardPlans(app.config)
        if app.config.get("MAX_CONTENT_LENGTH") is None:
            app.config["MAX_CONTENT_LENGTH"] = plans.max_body_bytes  # views without guards, too
        for kind in (MlApiError, HTTPException, Exception):
            app.register_error_handler(kind, answer_error)
        app.log_exception = log_exception  # type: ignore[method-assign]
        logs_access = is_on(app.config, "MLAPI_ACCESS_LOG", default=True)
        inner: WsgiApp = app.wsgi_app
        # A layer that is there already may change the request; nothing is answered in front of it.
        is_bare = getattr(inner, "__func__", None) is Flask.wsgi_app
        if is_bare and is_on(app.config, "MLAPI_FAST_LANE", default=True):
            inner = FastLane(app, inner)
        observed = ObservedApp(app, inner, logs_access=logs_access)
        observed.recorder = app.extensions.get(COUNTS)
        app.extensions[OBSERVED] = observed
        app.wsgi_app = observed  # type: ignore[method-assign]
        self.check(app)

    def check(self, app: Flask) -> None:
        """Nothing, where all views of `app` can be guarded.

        For an application that registers views after `init_app`. A view that was never checked
        answers 500 where its guards name what is not there.

        Raises SchemaError, SettingsError: as `init_app` does. SchemaError, too, where `api_docs` is
        registered and a schema cannot be described.
        """
        plans: GuardPlans = app.extensions[EXTENSION]
        refuse_bypassed(app)
        for view in app.view_functions.values():
            for guards in all_guards_of(view):
                plans.of(guards)
        for rule in app.url_map.iter_rules():
            for guards in all_guards_of(app.view_functions[rule.endpoint]):
                plans.of(guards).check_route(rule.rule, rule.arguments)
        run_checks(app)


def refuse_bypassed(app: Flask) -> None:
    """Nothing, where no view of `app` is reached past guards that stand above its route.

    Raises SettingsError: when one is.
    """
    for view in bypassed_views(app.view_functions.values()):
        raise SettingsError(
            f"The place of a guard of the view {view.__qualname__}",
            "above its route",
            "the line below @app.get(...) or its like, nearer to the function: above the route it"
            " guards nothing",
        )


def all_guards_of(view: Callable[..., Any]) -> Iterator[ViewGuards]:
    """The guards of `view`, and of each method where it is a class-based one."""
    yield guards_of(view)
    view_class = getattr(view, "view_class", None)
    for method in getattr(view_class, "methods", None) or ():
        yield guards_of(getattr(view_class, method.lower(), view))
