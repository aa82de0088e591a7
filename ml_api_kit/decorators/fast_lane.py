"""Declared routes answered in front of Flask: by the same guards, without its request objects.

Steps of a request:

1. Its method and path are looked up among the routes that are open. One that is not there, and one
   that Flask may have something of its own to say to, is given to Flask.
2. The guards check its environment and the view answers, within an application context.
3. A dict or a list is sent as JSON.
4. Anything else, an error above all, is Flask's to answer: it is put into the environment, and the
   view gives it back when Flask calls it, so that nothing is checked or counted twice.

Which routes are open is found out at the first request, after which Flask lets nobody add to the
application.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context
from werkzeug.exceptions import BadHost
from werkzeug.sansio.utils import get_host

from ml_api_kit.decorators.access_log import ROUTE_KEY
from ml_api_kit.decorators.current_environ import LANE_ENVIRON
from ml_api_kit.decorators.lane_obstacles import app_obstacle, own_methods, route_obstacle
from ml_api_kit.decorators.observed_app import WsgiApp
from ml_api_kit.decorators.outcome import OUTCOME_KEY, Outcome
from ml_api_kit.decorators.plan import GuardPlan, plans_of
from ml_api_kit.decorators.view_guards import guards_of, view_behind

_HOSTS_KEPT = 1024
_LONGEST_HOST = 255
_SCHEMES = ("http", "https")  # not those of WebSockets


@dataclass(frozen=True, slots=True)
class LaneRoute:
    """A route that is open: its template, what is checked, and the view behind its guards."""

    rule: str
    plan: GuardPlan
    view: Callable[[], Any]

    def outcome(self, environ: dict[str, Any]) -> Outcome:
        """What the guards and the view make of the request in `environ`."""
        token = LANE_ENVIRON.set(environ)
        try:
            self.plan.check(environ)
            return Outcome(self.view())
        except Exception as error:  # noqa: BLE001 - Flask answers it, and logs it
            return Outcome(error=error)
        finally:
            LANE_ENVIRON.reset(token)


class FastLane:
    """The WSGI layer between the observed application and Flask."""

    def __init__(self, app: Flask, inner: WsgiApp) -> None:
        """Stand in front of `inner`, the WSGI side of `app`."""
        self._app = app
        self._inner = inner
        self._routes: Mapping[tuple[str, str], LaneRoute] | None = None
        self._is_usable_host = lru_cache(_HOSTS_KEPT)(self._binds)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """The answer to the request in `environ`, the same as Flask's."""
        routes = self._routes if self._routes is not None else self._open()
        route = routes.get((environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")))
        if route is None or has_request_context() or not self._is_plain(environ):
            return self._inner(environ, start_response)
        with self._app.app_context():
            outcome = route.outcome(environ)
            body = _json(self._app, outcome)
            if body is None:
                environ[OUTCOME_KEY] = outcome
                return self._inner(environ, start_response)
        environ[ROUTE_KEY] = route.rule
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response("200 OK", headers)
        return [body]

    def _is_plain(self, environ: dict[str, Any]) -> bool:
        # Flask refuses hosts that cannot be, and looks for other routes where a WebSocket is meant.
        host = environ.get("HTTP_HOST")
        return (
            host is not None
            and len(host) <= _LONGEST_HOST
            and "HTTP_UPGRADE" not in environ
            and environ["wsgi.url_scheme"] in _SCHEMES
            and self._is_usable_host(host)
        )

    def _binds(self, host: str) -> bool:
        try:
            self._app.url_map.bind(get_host("http", host).lower())
        except BadHost:
            return False
        return True

    def _open(self) -> Mapping[tuple[str, str], LaneRoute]:
        # Flask does the same at the first request that it sees: what is open must not change.
        self._app._got_first_request = True
        self._routes = open_routes(self._app)
        return self._routes


def open_routes(app: Flask) -> dict[tuple[str, str], LaneRoute]:
    """The routes of `app` that are declared by `fast_lane` and can do without Flask.

    By method and path. Of a declared one that cannot, the application's log says why.
    """
    plans = plans_of(app)
    routes = {}
    for rule in app.url_map.iter_rules():
        view: Callable[..., Any] | None = app.view_functions.get(rule.endpoint)
        if view is None or not guards_of(view).takes_fast_lane:
            continue
        behind = view_behind(view)
        obstacle = app_obstacle(app) or route_obstacle(app, rule, view)
        if behind is None or obstacle is not None:
            app.logger.info("%s does not take the fast lane: %s.", rule.rule, obstacle)
            continue
        route = LaneRoute(rule.rule, plans.of(guards_of(view)), behind)
        for method in own_methods(rule):
            routes[method, rule.rule] = route
    return routes


def _json(app: Flask, outcome: Outcome) -> bytes | None:
    """The JSON of what was answered, or None where it is Flask's to answer."""
    if outcome.error is not None or not isinstance(outcome.value, dict | list):
        return None
    provider: Any = app.json
    try:
        body: bytes = provider.dump_bytes(outcome.value)
    except Exception:  # noqa: BLE001 - Flask meets the same error, answers it and logs it
        return None
    return body
