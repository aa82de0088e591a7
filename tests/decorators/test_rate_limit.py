from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask.views import MethodView
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.decorators import (
    ApiGuards,
    handle_errors,
    hash_token,
    rate_limit,
    token_required,
    validate_json,
)
from ml_api_kit.decorators.rate_limit import seconds_until_free
from ml_api_kit.decorators.window_table import WindowTable
from ml_api_kit.errors import SettingsError
from ml_api_kit.serving import build_openapi, health

ADA, BOB = {"Authorization": "Bearer ada"}, {"Authorization": "Bearer bob"}


def answer() -> dict[str, Any]:
    return {}


def other() -> dict[str, Any]:
    return {}


def make_client(*views: Any, **config: Any) -> FlaskClient:
    app = Flask("limited")
    app.config["MLAPI_TOKEN_HASHES"] = [hash_token("ada"), hash_token("bob")]
    app.config.update(config)
    for number, view in enumerate(views):
        app.add_url_rule(f"/{number}", f"view{number}", view, methods=["GET", "POST"])
    app.register_blueprint(health())
    ApiGuards(app)
    return app.test_client()


def test_who_asks_too_often_is_told_when_to_ask_again() -> None:
    client = make_client(rate_limit("2 per hour")(answer))
    assert [client.get("/0").status_code for _ in range(3)] == [200, 200, 429]
    answered = client.get("/0")
    assert answered.content_type == "application/problem+json"
    assert answered.json is not None
    wait_s = answered.headers["Retry-After"]
    assert 0 < int(wait_s) <= 2 * 3600
    assert answered.json["detail"] == (
        f"Too many requests: 2 per 1 hour are let in. Ask again in {wait_s} seconds."
    )
    assert answered.headers.getlist("RateLimit-Policy") == ['"hour";q=2;w=3600']
    assert answered.headers.getlist("RateLimit") == [f'"hour";r=0;t={wait_s}']


def test_every_answer_says_what_is_left() -> None:
    client = make_client(rate_limit("3 per hour; 5 per day")(answer))
    told = [client.get("/0").headers["RateLimit"] for _ in range(3)]
    assert told[:2] == ['"hour";r=2;t=0, "day";r=4;t=0', '"hour";r=1;t=0, "day";r=3;t=0']
    assert told[2].startswith('"hour";r=0;t=')
    assert client.get("/0").status_code == 429


def test_who_waits_as_told_is_let_in() -> None:
    client = make_client(rate_limit("2 per second")(answer))
    while client.get("/0").status_code == 200:
        pass
    time.sleep(int(client.get("/0").headers["Retry-After"]))
    assert client.get("/0").status_code == 200


@given(st.integers(1, 20), st.lists(st.floats(0, 3), max_size=80))
def test_who_waits_as_long_as_is_told_is_let_in_and_not_sooner(
    limit: int, waits: list[float]
) -> None:
    table, now_s = WindowTable(None), 0.0
    visit = partial(table.visit, "a", length_s=10, limit=limit)
    for wait_s in waits:
        now_s += wait_s
        visit(now_s=now_s, amount=1)
    _, before, count = visit(now_s=now_s, amount=0)
    free_s = seconds_until_free(before, count, left_s=10 - now_s % 10, length_s=10, limit=limit)
    if free_s > 0.01:
        assert not visit(now_s=now_s + free_s - 0.01, amount=1)[0]
    assert visit(now_s=now_s + free_s + 0.01, amount=1)[0]


def test_clients_are_told_apart_by_their_tokens() -> None:
    client = make_client(rate_limit("1 per hour")(token_required(answer)))
    assert client.get("/0", headers=ADA).status_code == 200
    assert client.get("/0", headers=ADA).status_code == 429
    assert client.get("/0", headers=BOB).status_code == 200


def test_clients_without_a_token_are_told_apart_by_their_addresses() -> None:
    client = make_client(rate_limit("1 per hour")(answer))
    here, there = ({"REMOTE_ADDR": f"192.0.2.{number}"} for number in (1, 2))
    # What a client says of itself does not count where no token is asked for.
    assert client.get("/0", environ_overrides=here, headers=ADA).status_code == 200
    assert client.get("/0", environ_overrides=here, headers=BOB).status_code == 429
    assert client.get("/0", environ_overrides=there).status_code == 200


def test_guessing_tokens_is_limited_by_address_and_keeps_nobody_else_out() -> None:
    client = make_client(rate_limit("2 per hour")(token_required(answer)))
    guesses = [{"Authorization": f"Bearer guess-{number}"} for number in range(4)]
    statuses = [client.get("/0", headers=guess).status_code for guess in guesses]
    assert statuses == [401, 401, 429, 429]
    assert client.get("/0", headers=ADA).status_code == 200


def test_refused_bodies_count_as_well() -> None:
    client = make_client(rate_limit("2 per hour")(validate_json(answer)))
    assert [client.post("/0", data=b"{").status_code for _ in range(3)] == [415, 415, 429]


def test_limits_of_views_are_counted_apart_and_that_of_the_application_together() -> None:
    views = (rate_limit("1 per hour")(answer), rate_limit("1 per hour")(other))
    client = make_client(*views)
    assert [client.get(path).status_code for path in ("/0", "/1", "/0")] == [200, 200, 429]
    views = (handle_errors(answer), handle_errors(other), rate_limit("unlimited")(answer))
    client = make_client(*views, MLAPI_RATE_LIMIT="2 per hour")
    assert [client.get(f"/{n}").status_code for n in (0, 1, 0, 1)] == [200, 200, 429, 429]
    assert client.get("/2").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_request_that_passes_guards_twice_counts_once() -> None:
    class Twice(MethodView):
        decorators = (handle_errors,)

        @token_required
        def get(self) -> dict[str, Any]:
            return {}

    client = make_client(Twice.as_view("twice"), MLAPI_RATE_LIMIT="2 per hour")
    assert [client.get("/0", headers=ADA).status_code for _ in range(3)] == [200, 200, 429]


def test_application_without_a_limit_has_none() -> None:
    client = make_client(handle_errors(answer))
    assert "RateLimit" not in client.get("/0").headers


def test_description_says_that_there_is_a_limit() -> None:
    app = make_client(rate_limit("1 per hour")(answer), handle_errors(other)).application
    paths = build_openapi(app, title="t", version="1")["paths"]
    assert "Retry-After" in paths["/0"]["get"]["responses"]["429"]["headers"]
    assert "429" not in paths["/1"]["get"]["responses"]


@pytest.mark.parametrize("limit", ["often", "", "0 per second", "100 per"])
def test_limit_that_is_none_is_refused(limit: str) -> None:
    with pytest.raises(SettingsError, match="rate_limit is"):
        rate_limit(limit)


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"MLAPI_RATE_LIMIT": "often"}, "MLAPI_RATE_LIMIT is 'often'; set it to a limit such as"),
        ({"MLAPI_RATE_LIMIT": 100}, "MLAPI_RATE_LIMIT is 100"),
        (
            {"MLAPI_RATE_LIMIT": "1 per day", "MLAPI_RATE_LIMIT_STORAGE": "no://user:pass@host"},
            "MLAPI_RATE_LIMIT_STORAGE is .* not shown",
        ),
    ],
)
def test_setting_that_cannot_be_used_is_refused_at_start_up(
    config: dict[str, Any], told: str
) -> None:
    with pytest.raises(SettingsError, match=told) as raised:
        make_client(handle_errors(answer), **config)
    assert "pass@" not in str(raised.value)


def test_another_storage_of_the_library_counts_as_the_own_one_does() -> None:
    config = {"MLAPI_RATE_LIMIT": "2 per hour", "MLAPI_RATE_LIMIT_STORAGE": "memory://"}
    client = make_client(handle_errors(answer), **config)
    statuses = [client.get("/0").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert 0 < int(client.get("/0").headers["Retry-After"]) <= 2 * 3600


def test_who_lacks_a_scope_is_limited_by_address() -> None:
    client = make_client(rate_limit("2 per hour")(token_required(scopes=("write",))(answer)))
    assert [client.get("/0", headers=ADA).status_code for _ in range(3)] == [403, 403, 429]
