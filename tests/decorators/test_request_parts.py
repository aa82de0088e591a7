"""Path, headers and defaults, through Flask."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from ml_api_kit.decorators import (
    ApiGuards,
    handle_errors,
    request_headers,
    request_json,
    request_path,
    validate_headers,
    validate_path,
    validate_schema,
)
from ml_api_kit.errors import SchemaError
from ml_api_kit.serving import build_openapi

PATH = {"properties": {"student_id": {"type": "integer", "minimum": 1}}}
HEADERS = {"required": ["X-Tenant"], "properties": {"X-Tenant": {"type": "string", "minLength": 2}}}
PAGE = {"type": "object", "properties": {"limit": {"type": "integer", "default": 10}}}


@handle_errors
@validate_path(PATH)
@validate_headers(HEADERS)
def view(student_id: str) -> dict[str, Any]:
    """What was read."""
    return {"path": request_path(), "headers": request_headers()}


@pytest.fixture
def app() -> Flask:
    app = Flask("parts")
    app.add_url_rule("/students/<student_id>", "students", view)
    ApiGuards(app)
    return app


def test_path_and_headers_reach_the_view_in_their_types(app: Flask) -> None:
    answer = app.test_client().get("/students/7", headers={"x-tenant": "blue"})
    assert answer.json == {"path": {"student_id": 7}, "headers": {"X-Tenant": "blue"}}


def test_path_and_headers_are_refused_as_bodies_are(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/students/seven", headers={"X-Tenant": "blue"})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["detail"].startswith("The path does not match its schema in one place")
    assert answer.json["errors"] == [
        {"pointer": "/student_id", "rule": "type", "detail": "must be a whole number"}
    ]
    answer = client.get("/students/7", headers={"X-Tenant": "b"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["detail"].startswith("The headers do not match their schema in one place")


def test_path_and_headers_are_described(app: Flask) -> None:
    described = build_openapi(app, title="Parts", version="1")
    operation = described["paths"]["/students/{student_id}"]["get"]
    student, tenant = operation["parameters"]
    assert (student["in"], student["required"], student["schema"]["minimum"]) == ("path", True, 1)
    assert (tenant["in"], tenant["name"], tenant["required"]) == ("header", "X-Tenant", True)
    assert "422" in operation["responses"]


def test_schema_of_another_route_is_refused_at_start_up() -> None:
    app = Flask("parts")
    app.add_url_rule("/schools/<school_id>", "schools", view)
    with pytest.raises(SchemaError, match=r"\['student_id'\] .* has \['school_id'\]"):
        ApiGuards(app)


@pytest.mark.parametrize("fills_defaults", [True, False])
def test_defaults_are_filled_in_only_if_asked_for(fills_defaults: bool) -> None:
    app = Flask("defaults")
    page = validate_schema(PAGE, fills_defaults=fills_defaults)(lambda: request_json())
    app.add_url_rule("/", "page", page, methods=["POST"])
    ApiGuards(app)
    client = app.test_client()
    assert client.post("/", json={}).json == ({"limit": 10} if fills_defaults else {})
    assert client.post("/", json={"limit": 3}).json == {"limit": 3}
    assert client.post("/", json={"limit": "x"}).status_code == 422


def test_schema_without_defaults_is_refused_where_they_are_asked_for() -> None:
    app = Flask("defaults")
    page = validate_schema({"type": "object"}, fills_defaults=True)(lambda: request_json())
    app.add_url_rule("/", "page", page, methods=["POST"])
    with pytest.raises(SchemaError, match="leave fills_defaults out"):
        ApiGuards(app)


def test_second_schema_for_one_part_is_refused() -> None:
    with pytest.raises(SchemaError, match="schema for its path already"):
        validate_path(PATH)(view)
    with pytest.raises(SchemaError, match="schema for its headers already"):
        validate_headers(HEADERS)(view)


def test_parts_are_refused_where_no_guard_read_them(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask("parts")
    app.add_url_rule("/path", "path", lambda: request_path())
    app.add_url_rule("/headers", "headers", lambda: request_headers())
    ApiGuards(app)
    client = app.test_client()
    assert [client.get(path).status_code for path in ("/path", "/headers")] == [500, 500]
    assert "decorate the view with validate_path" in caplog.text
    assert "decorate the view with validate_headers" in caplog.text
