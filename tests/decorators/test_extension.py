from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from ml_api_kit.decorators import ApiGuards, hash_token, token_required, validate_schema
from ml_api_kit.errors import SchemaError, SettingsError


def make_app(**config: Any) -> Flask:
    app = Flask("extended")
    app.config.update(config)
    return app


def view() -> dict[str, Any]:
    return {"size": len(request.get_data())}


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
