from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from flask import Blueprint, Flask, request, request_started
from flask.json.provider import DefaultJSONProvider

from ml_api_kit.decorators import ApiGuards, fast_lane, validate_json, validate_response
from ml_api_kit.decorators.fast_lane import open_routes
from ml_api_kit.serving import OrjsonProvider
from tests.decorators.fast_lane.lane_app import make_app


def test_declared_routes_are_open() -> None:
    assert sorted(open_routes(make_app(is_on=True))) == [
        ("GET", "/v1/query"),
        ("GET", "/v1/rare"),
        ("GET", "/v1/rows"),
        ("POST", "/v1/json"),
        ("POST", "/v1/rows"),
        ("PUT", "/v1/json"),
    ]


class OwnFlask(Flask):
    pass


def sample_app(flask_class: type[Flask] = Flask, **options: Any) -> Flask:
    app = flask_class("sample", **options)
    app.json = OrjsonProvider(app)
    return app


def asks_first(app: Flask) -> None:
    app.before_request(lambda: None)


def listens(app: Flask) -> None:
    app.extensions["kept"] = lambda *_, **__: None  # signals hold their receivers weakly
    request_started.connect(app.extensions["kept"], app)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (asks_first, "before or after its view"),
        (lambda app: app.after_request(lambda response: response), "before or after its view"),
        (lambda app: app.teardown_request(lambda _: None), "before or after its view"),
        (lambda app: app.url_value_preprocessor(lambda *_: None), "before or after its view"),
        (lambda app: app.teardown_appcontext(lambda _: None), "the end of every request"),
        (listens, "the end of every request"),
        (lambda app: app.config.update(SECRET_KEY="s"), "has sessions"),
        (lambda app: app.config.update(TRUSTED_HOSTS=["localhost"]), "chooses by the host"),
        (lambda app: setattr(app, "json", DefaultJSONProvider(app)), "writes no bytes"),
        (lambda app: setattr(app, "response_class", type("R", (Flask.response_class,), {})), "own"),
    ],
)
def test_application_with_something_of_its_own_goes_through_flask(
    change: Callable[[Flask], Any], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = sample_app()
    app.add_url_rule("/v1/rows", view_func=fast_lane(dict))
    change(app)
    assert said in first_request(app, caplog)
    request_started.receivers.clear()


def test_class_of_its_own_goes_through_flask(caplog: pytest.LogCaptureFixture) -> None:
    app = sample_app(OwnFlask)
    app.add_url_rule("/v1/rows", view_func=fast_lane(dict))
    assert "class of its own" in first_request(app, caplog)


def test_functions_of_the_blueprint_count_and_those_of_others_do_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app, mine, other = sample_app(), Blueprint("mine", __name__), Blueprint("other", __name__)
    mine.add_url_rule("/v1/rows", view_func=fast_lane(dict))
    other.before_request(lambda: None)
    other.register_blueprint(mine)  # whose functions are called for what is nested in it, too
    app.register_blueprint(other)
    apart = Blueprint("apart", __name__)
    apart.add_url_rule("/v1/apart", view_func=fast_lane(dict))
    app.register_blueprint(apart)
    assert "before or after its view" in first_request(app, caplog)
    assert [*open_routes(app)] == [("GET", "/v1/apart")]


def foreign(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def called(**parts: Any) -> Any:
        return {"method": request.method, **view(**parts)}

    return called


async def later() -> dict[str, Any]:
    return {}


@pytest.mark.parametrize(
    ("rule", "view", "said"),
    [
        ("/v1/<name>", fast_lane(lambda name: {}), "variable parts"),
        ("/v1/r\u00f6ws", fast_lane(dict), "beyond ASCII"),
        ("/v1/rows", foreign(fast_lane(dict)), "a decorator outside"),
        ("/v1/rows", validate_json(foreign(fast_lane(dict))), "or between them"),
        ("/v1/rows", fast_lane(later), "asynchronous"),
        ("/v1/taken", fast_lane(dict), "comes before it"),
    ],
)
def test_route_that_needs_flask_goes_through_it(
    rule: str, view: Callable[..., Any], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = sample_app()
    app.add_url_rule("/v1/taken", "taken", lambda: {})
    app.add_url_rule(rule, "view", view)
    assert said in first_request(app, caplog)


def test_answers_that_are_checked_go_through_flask(caplog: pytest.LogCaptureFixture) -> None:
    app = sample_app()
    app.config["TESTING"] = True
    app.add_url_rule("/v1/rows", view_func=validate_response({"type": "array"})(fast_lane(dict)))
    assert "answers are checked" in first_request(app, caplog)


def test_layer_that_was_there_first_is_not_passed_by() -> None:
    app, passed = sample_app(), []
    app.add_url_rule("/v1/rows", view_func=fast_lane(dict))
    flask_app = app.wsgi_app

    def layer(environ: dict[str, Any], start_response: Any) -> Any:
        passed.append(environ["PATH_INFO"])
        return flask_app(environ, start_response)

    app.wsgi_app = layer  # type: ignore[method-assign]
    ApiGuards(app)
    assert app.test_client().get("/v1/rows").json == {}
    assert passed == ["/v1/rows"]


def test_nothing_can_be_added_after_the_first_request() -> None:
    app = make_app(is_on=True)
    app.test_client().get("/v1/rare")
    with pytest.raises(AssertionError, match="add_url_rule"):
        app.add_url_rule("/v1/later", view_func=dict)


def first_request(app: Flask, caplog: pytest.LogCaptureFixture) -> str:
    """What the log says of the fast lane at the first request."""
    ApiGuards(app)
    app.logger.setLevel(logging.INFO)
    with caplog.at_level(logging.INFO, logger=app.logger.name):
        app.test_client().get("/v1/nowhere")
    return " ".join(line.getMessage() for line in caplog.records if "fast lane" in line.msg)
