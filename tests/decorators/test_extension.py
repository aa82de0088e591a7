from __future__ import annotations

import gc
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, request
from flask.views import MethodView

from ml_api_kit.decorators import (
    ApiGuards,
    hash_token,
    token_required,
    validate_json,
    validate_query,
    validate_schema,
)
from ml_api_kit.errors import SchemaError, SettingsError


def make_app(**config: Any) -> Flask:
    app = Flask("extended")
    app.config.update(config)
    return app


def view() -> dict[str, Any]:
    return {"size": len(request.get_data())}


MISPLACED = make_app(MLAPI_TOKEN_HASHES=hash_token("known"))


@token_required
@MISPLACED.get("/")
def misplaced() -> str:
    return "told"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/nowhere", "GET", 404), ("/", "DELETE", 405), ("/", "TRACE", 405)],
)
def test_errors_that_no_view_sees_leave_as_problems(path: str, method: str, status: int) -> None:
    app = make_app()
    app.add_url_rule("/", view_func=view, methods=["POST"])
    ApiGuards(app)
    answered = app.test_client().open(path, method=method)
    assert answered.status_code == status
    assert answered.content_type == "application/problem+json"
    assert answered.headers["X-Request-ID"]
    assert (status == 405) == ("Allow" in answered.headers)


def test_view_without_guards_reads_no_more_than_is_allowed() -> None:
    app = make_app(MLAPI_MAX_BODY_BYTES="100")
    app.add_url_rule("/", view_func=view, methods=["POST"])
    ApiGuards(app)
    assert app.test_client().post("/", data=b"x" * 100).json == {"size": 100}
    answered = app.test_client().post("/", data=b"x" * 101)
    assert answered.status_code == 413
    assert answered.content_type == "application/problem+json"


def test_schema_that_is_not_there_is_refused_at_start_up(tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text("{}")
    app = make_app(MLAPI_SCHEMA_FOLDER=tmp_path)
    app.add_url_rule("/", view_func=validate_schema("answer")(view), methods=["POST"])
    with pytest.raises(SchemaError, match="did you mean 'answers'"):
        ApiGuards(app)


def test_named_schema_without_a_folder_is_refused_at_start_up() -> None:
    app = make_app()
    app.add_url_rule("/", view_func=validate_schema("answer")(view), methods=["POST"])
    with pytest.raises(SchemaError, match="set MLAPI_SCHEMA_FOLDER"):
        ApiGuards(app)


def test_token_without_hashes_is_refused_at_start_up() -> None:
    app = make_app()
    app.add_url_rule("/", view_func=token_required(view))
    with pytest.raises(SettingsError, match="MLAPI_TOKEN_HASHES"):
        ApiGuards(app)


def test_views_registered_later_are_checked_when_asked() -> None:
    guards = ApiGuards()
    app = make_app()
    guards.init_app(app)
    app.add_url_rule("/", view_func=token_required(view))
    with pytest.raises(SettingsError, match="mlapi token new"):
        guards.check(app)
    assert app.test_client().get("/").status_code == 500


@pytest.mark.parametrize(
    "config",
    [
        {"MLAPI_MAX_BODY_BYTES": 0},
        {"MLAPI_MAX_BODY_BYTES": "1 MiB"},
        {"MLAPI_MAX_JSON_DEPTH": True},
        {"MLAPI_TOKEN_HASHES": ["token"]},
    ],
)
def test_setting_that_cannot_be_used_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="MLAPI_"):
        ApiGuards(make_app(**config))


def test_depth_and_hashes_are_configured() -> None:
    app = make_app(MLAPI_MAX_JSON_DEPTH=2, MLAPI_TOKEN_HASHES=hash_token("t"))
    app.add_url_rule("/", view_func=validate_schema({})(view), methods=["POST"])
    ApiGuards(app)
    assert app.test_client().post("/", json=[[]]).status_code == 200
    assert app.test_client().post("/", json=[[[]]]).status_code == 400


def test_error_that_flask_meets_after_the_view_is_told_as_one_in_it() -> None:
    app = make_app()
    app.add_url_rule("/in", "in", lambda: 1 / 0)
    app.add_url_rule("/after", "after", lambda: {"set": {1}})
    ApiGuards(app)
    inside, after = (app.test_client().get(path) for path in ("/in", "/after"))
    assert inside.status_code == after.status_code == 500
    assert "The fault is on the server's side" in inside.json["detail"]
    assert after.json["detail"] == inside.json["detail"]
    assert after.json["title"] == inside.json["title"]


def test_guard_above_the_route_is_refused() -> None:
    app = make_app(MLAPI_TOKEN_HASHES=hash_token("known"))

    @token_required
    @app.get("/secret")
    @validate_query({"properties": {}})
    def secret() -> str:
        return "told"

    with pytest.raises(SettingsError, match=r"secret is .* below @app.get\("):
        ApiGuards(app)


def test_guard_above_the_route_in_a_module_is_refused() -> None:
    with pytest.raises(SettingsError, match="view misplaced is 'above its route'"):
        ApiGuards(MISPLACED)


def test_view_that_another_application_guards_may_be_routed_without() -> None:
    app = make_app()
    guarded = token_required(view)
    app.add_url_rule("/open", "open", view)
    ApiGuards(app)
    assert app.test_client().get("/open").status_code == 200
    assert guarded is not view


def test_guard_above_the_route_is_refused_when_nobody_keeps_the_guarded_view() -> None:
    app = make_app(MLAPI_TOKEN_HASHES=hash_token("known"))

    def add() -> None:
        blueprint = Blueprint("secrets", __name__)

        def traced(inner: Any) -> Any:
            @wraps(inner)
            def called() -> Any:
                return inner()

            return called

        @token_required
        @traced
        @blueprint.get("/secret")
        def secret() -> str:
            return "told"

        app.register_blueprint(blueprint)

    add()
    gc.collect()
    with pytest.raises(SettingsError, match="above its route"):
        ApiGuards(app)


def test_view_may_be_routed_with_its_guards_and_without() -> None:
    app = make_app(MLAPI_TOKEN_HASHES=hash_token("known"))
    guarded = token_required(validate_query({"properties": {}})(view))
    app.add_url_rule("/open", "open", view)
    app.add_url_rule("/closed", "closed", guarded)
    ApiGuards(app)
    assert [app.test_client().get(path).status_code for path in ("/open", "/closed")] == [200, 401]


def test_guards_of_a_class_based_view_are_no_guards_above_a_route() -> None:
    class Totals(MethodView):
        decorators = [token_required]  # noqa: RUF012 - as Flask has it

        @validate_query({"properties": {}})
        def get(self) -> str:
            return "told"

    app = make_app(MLAPI_TOKEN_HASHES=hash_token("known"))
    app.add_url_rule("/", view_func=Totals.as_view("totals"))
    ApiGuards(app)
    assert app.test_client().get("/").status_code == 401


def test_guard_on_a_class_says_where_to_put_it() -> None:
    with pytest.raises(TypeError, match=r"decorators = \[token_required\]"):
        token_required(MethodView)


def test_application_that_is_guarded_twice_counts_and_logs_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = make_app()
    app.add_url_rule("/", view_func=view)
    guards = ApiGuards(app)
    caplog.set_level("INFO", app.logger.name)
    guards.init_app(app)
    ApiGuards(app)
    assert app.test_client().get("/").status_code == 200
    assert len(caplog.records) == 1


def test_second_call_checks_the_views_that_came_since() -> None:
    app = make_app()
    ApiGuards(app)
    app.add_url_rule("/late", view_func=token_required(lambda: "late"), endpoint="late")
    with pytest.raises(SettingsError, match="MLAPI_TOKEN_HASHES"):
        ApiGuards(app)


def test_guard_that_nothing_answers_for_says_what_is_missing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = make_app(MLAPI_TOKEN_HASHES=hash_token("known"))
    app.add_url_rule("/", view_func=token_required(view))
    assert app.test_client().get("/").status_code == 500
    assert "A token is needed" in caplog.text
    assert "call ApiGuards(app), or write @handle_errors" in caplog.text


class BrokenStream:
    """What a server gives for the body of a client that has gone."""

    def read(self, size: int = -1) -> bytes:
        raise OSError("the connection is gone")


@pytest.mark.parametrize(("token", "status"), [("known", 500), ("other", 401)])
def test_body_that_cannot_be_read_leaves_one_line(
    token: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(MLAPI_TOKEN_HASHES=hash_token("known"))
    guarded = token_required(validate_query({"properties": {}})(validate_json(view)))
    app.add_url_rule("/", view_func=guarded, methods=["POST"])
    ApiGuards(app)
    caplog.set_level("INFO", app.logger.name)
    answered = app.test_client().post(
        "/",
        headers={"Authorization": f"Bearer {token}"},
        environ_overrides={
            "CONTENT_LENGTH": "9",
            "wsgi.input": BrokenStream(),
            "wsgi.input_terminated": True,
        },
    )
    assert answered.status_code == status
    assert answered.content_type == "application/problem+json"
    [record] = caplog.records
    assert record.levelname == ("ERROR" if status == 500 else "INFO")
