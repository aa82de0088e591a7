from __future__ import annotations

import functools
import itertools
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort, redirect, request
from flask.views import MethodView

from ml_api_kit.decorators import (
    ApiGuards,
    guards_of,
    handle_errors,
    hash_token,
    request_id,
    request_json,
    request_query,
    token_required,
    validate_json,
    validate_query,
    validate_response,
    validate_schema,
)
from ml_api_kit.errors import DataAccessError, SchemaError

SCHEMA = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
QUERY = {"properties": {"n": {"type": "integer"}}}
AUTHORIZED = {"Authorization": "Bearer token"}

View = Callable[..., Any]


def make_app(view: View, *, is_guarded: bool = True, **config: Any) -> Flask:
    app = Flask("guarded")
    app.config.update({"MLAPI_TOKEN_HASHES": hash_token("token"), **config})
    app.add_url_rule("/", "view", view, methods=["GET", "POST"])
    if is_guarded:
        ApiGuards(app)
    return app


def answer() -> dict[str, Any]:
    """What was asked."""
    return {"json": request_json(), "query": request_query()}


DECORATORS = [validate_json, validate_schema(SCHEMA), validate_query(QUERY), token_required]


@pytest.mark.parametrize("order", [*itertools.permutations([*DECORATORS, handle_errors])][::7])
def test_guards_answer_alike_in_any_order_without_the_extension(order: tuple[Any, ...]) -> None:
    view = functools.reduce(lambda inner, decorate: decorate(inner), order, answer)
    client = make_app(view, is_guarded=False).test_client()
    body, wrong = {"a": 1}, {"a": "x"}
    assert client.post("/?n=2", json=wrong).status_code == 401
    assert client.post("/?n=2", data="{", headers=AUTHORIZED).status_code == 415
    assert client.post("/?n=2", json=wrong, headers=AUTHORIZED).status_code == 422
    assert client.post("/?n=x", json=body, headers=AUTHORIZED).status_code == 422
    good = client.post("/?n=2", json=body, headers=AUTHORIZED)
    assert good.json == {"json": body, "query": {"n": 2}}


def test_guards_keep_name_docstring_and_record() -> None:
    view = handle_errors(validate_schema("named")(token_required(answer)))
    assert (view.__name__, view.__doc__) == ("answer", "What was asked.")
    guards = guards_of(view)
    assert (guards.handles_errors, guards.needs_token, guards.reads_json) == (True, True, True)
    assert guards.body == "named"
    assert not guards_of(answer).needs_token


def test_guards_hold_around_somebody_elses_decorator() -> None:
    calls = []

    def counted(view: View) -> View:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            calls.append(view.__name__)
            return view(*args, **kwargs)

        return wrapper

    view = token_required(counted(handle_errors(validate_schema(SCHEMA)(request_json))))
    client = make_app(view, is_guarded=False).test_client()
    assert client.post("/", json={"a": 1}).status_code == 401
    assert client.post("/", json={}, headers=AUTHORIZED).status_code == 422
    assert client.post("/", json={"a": 1}, headers=AUTHORIZED).json == {"a": 1}
    assert calls == ["request_json"]


def test_same_view_serves_several_applications() -> None:
    view = token_required(lambda: {"ok": True})
    first = make_app(view).test_client()
    second = make_app(view, MLAPI_TOKEN_HASHES=[hash_token("other")]).test_client()
    assert first.get("/", headers=AUTHORIZED).status_code == 200
    assert second.get("/", headers=AUTHORIZED).status_code == 401


def test_async_view_is_guarded() -> None:
    @validate_schema(SCHEMA)
    async def view() -> dict[str, Any]:
        body: dict[str, Any] = request_json()
        return body

    client = make_app(view).test_client()
    assert client.post("/", json={}).status_code == 422
    assert client.post("/", json={"a": 1}).json == {"a": 1}


class Items(MethodView):
    @validate_schema(SCHEMA)
    def post(self, number: int) -> dict[str, Any]:
        return {"number": number, "body": request_json()}

    @token_required
    def get(self, number: int) -> dict[str, Any]:
        return {"number": number}


def test_methods_of_a_class_based_view_are_guarded() -> None:
    app = make_app(lambda: "")
    app.add_url_rule("/items/<int:number>", view_func=Items.as_view("items"))
    client = app.test_client()
    assert client.post("/items/3", json={}).status_code == 422
    assert client.post("/items/3", json={"a": 1}).json == {"number": 3, "body": {"a": 1}}
    assert client.get("/items/3").status_code == 401


def test_body_can_be_read_again_after_the_guards() -> None:
    view = validate_json(lambda: {"again": request.get_json(), "raw": len(request.get_data())})
    client = make_app(view).test_client()
    assert client.post("/", json={"a": 1}).json == {"again": {"a": 1}, "raw": 8}


def test_second_schema_for_one_thing_is_refused() -> None:
    with pytest.raises(SchemaError, match="answer has a schema for its body already"):
        validate_schema("a")(validate_schema("b")(answer))
    with pytest.raises(SchemaError, match="query string"):
        validate_query(QUERY)(validate_query(QUERY)(answer))
    with pytest.raises(SchemaError, match="answers with 200"):
        validate_response("a")(validate_response("b")(answer))


def test_inline_schema_is_compiled_where_it_is_named() -> None:
    with pytest.raises(SchemaError, match="S024 at /type"):
        validate_schema({"type": "strin"})


@pytest.mark.parametrize(("config", "status"), [({"TESTING": True}, 500), ({}, 200)])
def test_answer_that_breaks_its_schema_is_an_error_in_tests(
    config: dict[str, Any], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    view = validate_response(SCHEMA)(lambda: {"a": "text"})
    assert make_app(view, **config).test_client().get("/").status_code == status
    assert ("/a must be a whole number" in caplog.text) == (status == 500)


def test_answer_with_another_status_is_not_held_to_the_schema() -> None:
    view = validate_response(SCHEMA)(lambda: ({"b": 1}, 202))
    assert make_app(view, TESTING=True).test_client().get("/").status_code == 202


def test_values_are_refused_where_no_guard_read_them(caplog: pytest.LogCaptureFixture) -> None:
    assert make_app(request_json).test_client().post("/", json={}).status_code == 500
    assert "decorate the view with validate_json" in caplog.text
    assert make_app(request_query).test_client().get("/").status_code == 500
    assert "decorate the view with validate_query" in caplog.text


def raising(error: Exception) -> View:
    def view() -> Any:
        raise error

    return view


@pytest.mark.parametrize("is_guarded", [True, False])
@pytest.mark.parametrize("error", [KeyError("password"), DataAccessError("password")])
def test_error_of_the_server_is_logged_once_and_not_told(
    error: Exception, is_guarded: bool, caplog: pytest.LogCaptureFixture
) -> None:
    view = handle_errors(raising(error))
    client = make_app(view, is_guarded=is_guarded, TESTING=True).test_client()
    answered = client.get("/", headers={"X-Request-ID": "id-17"})
    assert answered.content_type == "application/problem+json"
    assert answered.json is not None
    assert answered.json["request_id"] == "id-17"
    assert "password" not in answered.text
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "id-17" in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is error


def test_error_after_the_view_is_logged_once_with_the_id(caplog: pytest.LogCaptureFixture) -> None:
    client = make_app(handle_errors(lambda: {"set": object()})).test_client()
    answered = client.get("/", headers={"X-Request-ID": "id-18"})
    assert answered.status_code == 500
    assert answered.content_type == "application/problem+json"
    [record] = caplog.records
    assert "id-18" in record.getMessage()
    assert "not JSON serializable" in caplog.text


def test_fault_of_the_client_is_logged_in_one_line_without_the_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    app = make_app(token_required(lambda: ""))
    app.test_client().get("/?q=1", headers={"Authorization": "Bearer a-secret"})
    app.test_client().get("/a%0Aforged")
    assert "a-secret" not in caplog.text
    assert "\nforged" not in caplog.text
    assert [record.exc_info for record in caplog.records] == [None, None]


def test_redirect_and_ready_response_pass_as_they_are() -> None:
    app = make_app(handle_errors(lambda: abort(redirect("/there"))))
    app.add_url_rule("/folder/", "folder", lambda: "")
    assert app.test_client().get("/").status_code == 302
    assert app.test_client().get("/folder").headers["Location"] == "http://localhost/folder/"


def test_request_id_is_kept_where_it_is_sane_and_made_otherwise() -> None:
    client = make_app(lambda: {"id": request_id()}).test_client()
    sane = client.get("/", headers={"X-Request-ID": "a-1"})
    assert (sane.headers["X-Request-ID"], sane.json) == ("a-1", {"id": "a-1"})
    made = [client.get("/", headers={"X-Request-ID": "x" * 65}) for _ in range(2)]
    assert made[0].json == {"id": made[0].headers["X-Request-ID"]}
    assert made[0].json != made[1].json
