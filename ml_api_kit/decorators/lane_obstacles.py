"""Why a route that is declared for the fast lane has to go through Flask all the same.

What an application has put between a request and its view, and the fast lane would pass by, keeps
a route off it; in doubt Flask answers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import flask
from flask import Flask
from flask.json.provider import JSONProvider
from flask.sessions import SecureCookieSessionInterface
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from ml_api_kit.decorators.plan import plans_of
from ml_api_kit.decorators.view_guards import guards_of, view_behind

_SIGNALS = (
    flask.request_started,
    flask.request_finished,
    flask.request_tearing_down,
    flask.appcontext_pushed,
    flask.appcontext_popped,
    flask.appcontext_tearing_down,
)


def app_obstacle(app: Flask) -> str | None:
    """What keeps every route of `app` off the fast lane; None where nothing does.

    >>> app_obstacle(Flask("example"))
    'app.json writes no bytes; set it to OrjsonProvider(app)'
    """
    if type(app) is not Flask or app.response_class is not flask.Response:
        return "the application, or its response class, is a class of its own"
    if app.url_map.host_matching or app.subdomain_matching or app.config["TRUSTED_HOSTS"]:
        return "the application chooses by the host"
    if app.secret_key or type(app.session_interface) is not SecureCookieSessionInterface:
        return "the application has sessions (a SECRET_KEY, or an interface for them)"
    if app.teardown_appcontext_funcs or any(signal.receivers for signal in _SIGNALS):
        return "functions are called at the beginning or the end of every request"
    if getattr(app.json, "mimetype", None) != "application/json":
        return "app.json has a media type of its own"
    if not writes_bytes(app.json):
        return "app.json writes no bytes; set it to OrjsonProvider(app)"
    return None


def route_obstacle(app: Flask, rule: Rule, view: Callable[..., Any]) -> str | None:
    """What keeps the route `rule` of `app`, whose function is `view`, off it; None if nothing."""
    if rule.arguments or rule.defaults or rule.websocket or not rule.rule.isascii():
        return "its path has variable parts, defaults, or letters beyond ASCII"
    if not all(_is_reached(app, rule, method) for method in own_methods(rule)):
        return "another route, or a redirect, comes before it"
    inner = view_behind(view)
    if inner is None:
        return "its view has a decorator outside of those of ml_api_kit, or between them"
    if inspect.iscoroutinefunction(inner):
        return "its view is asynchronous"
    if any(_hooks(app, rule)):
        return "functions are called before or after its view"
    plans = plans_of(app)
    if plans.checks_responses and plans.of(guards_of(view)).responses:
        return "its answers are checked, as they are in tests and in debug mode"
    return None


def own_methods(rule: Rule) -> set[str]:
    """The methods of `rule` that its view answers; HEAD and OPTIONS are Flask's.

    >>> sorted(own_methods(Rule("/", methods=["GET", "POST"])))
    ['GET', 'POST']
    """
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def writes_bytes(provider: JSONProvider) -> bool:
    """True where `provider` writes JSON as bytes, the same as in its responses."""
    return hasattr(provider, "dump_bytes")


def _is_reached(app: Flask, rule: Rule, method: str) -> bool:
    try:
        found, _ = app.url_map.bind("localhost").match(rule.rule, method, return_rule=True)
    except HTTPException:
        return False
    return found is rule


def _hooks(app: Flask, rule: Rule) -> Iterator[Any]:
    """The functions that Flask calls around the view of `rule`."""
    blueprint = rule.endpoint.rpartition(".")[0].split(".")
    scopes = [None, *(".".join(blueprint[: end + 1]) for end in range(len(blueprint)))]
    for hooks in (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.url_value_preprocessors,
    ):
        for scope in scopes:
            yield from hooks.get(scope, ())
