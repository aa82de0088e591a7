"""Everything is sent through both ways, the fast lane and Flask, and comes back the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ml_api_kit.decorators import ApiGuards, fast_lane, request_id, request_json, validate_json
from ml_api_kit.serving import OrjsonProvider
from tests.decorators.fast_lane.lane_app import TOKEN, make_app
from tests.decorators.fast_lane.wsgi_answer import Answer, Observer

PATHS = ("/v1/rows", "/v1/query", "/v1/json", "/v1/rows/", "/v1//rows", "/v1/Rows", "", "/v1/\xe9")
METHODS = ("POST", "GET", "PUT", "HEAD", "OPTIONS", "DELETE", "post", "BREW")
WORDS = ("text", "status", "response", "stream", "nothing", "unwritable", "nan", "huge", "abort")
WORDS += ("key", "refused", "no such word")

rows = st.fixed_dictionaries(
    {},
    optional={
        "grade": st.one_of(st.integers(0, 9), st.floats(), st.none(), st.just(10**400)),
        "name": st.text(max_size=12),
        "other": st.none(),
    },
)
values = st.one_of(
    st.fixed_dictionaries({"rows": st.lists(rows, max_size=4)}),
    st.sampled_from(WORDS),
    st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5),
)
bodies = st.one_of(
    values.map(json.dumps).map(str.encode),
    st.binary(max_size=40),
    st.sampled_from([b"", b"[" * 100, b'{"rows": 1, "rows": 2}', b'"\\ud800"', b"x" * 2_001]),
)
header_fields = st.fixed_dictionaries(
    {},
    optional={
        "CONTENT_TYPE": st.sampled_from(
            [
                "application/json",
                "application/a+json; charset=utf-8",
                "application/json; charset=latin-1",
                "text/csv",
                "a/b/c",
                "",
            ]
        ),
        "HTTP_AUTHORIZATION": st.sampled_from([f"Bearer {TOKEN}", "Bearer wrong", "Basic a", ""]),
        "HTTP_X_REQUEST_ID": st.sampled_from(["order-17", "two words", "x" * 65]),
        "HTTP_X_DATASET": st.sampled_from(["first", "longer than that", ""]),
        "HTTP_HOST": st.sampled_from(
            ["localhost", "Host:80", "[::1]:8000", "a..b", "x" * 70, "x" * 300, "a b", "\xfc", ""]
        ),
        "HTTP_UPGRADE": st.just("websocket"),
        "HTTP_CONNECTION": st.just("Upgrade"),
        "HTTP_CONTENT_ENCODING": st.just("gzip"),
        "HTTP_COOKIE": st.just("session=abc"),
        "SCRIPT_NAME": st.just("/api"),
        "CONTENT_LENGTH": st.sampled_from(["0", "7", "-1", "abc", "5000", "9" * 30, ""]),
        "wsgi.input_terminated": st.just(True),
    },
)
queries = st.sampled_from(["", "limit=3", "limit=30", "limit=3&limit=4", "other=1", "limit=%FF"])


def environ_of(
    method: str, path: str, *, query: str, fields: dict[str, Any], body: bytes
) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Bearer {TOKEN}",
        "HTTP_X_DATASET": "first",
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        **fields,
    }


LANE, FLASK = (Observer(make_app(is_on=is_on)) for is_on in (True, False))


@dataclass(frozen=True)
class Trace:
    """What a request leaves: its answer, the lines of the log, and all that was counted so far."""

    answer: Answer
    lines: list[tuple[int, dict[str, Any]]]
    counted: dict[tuple[str, ...], float]


def traces(environ: dict[str, Any], body: bytes) -> tuple[Trace, Trace]:
    """What the request leaves by the fast lane, and through Flask."""
    LANE.lines, FLASK.lines = [], []
    by_lane, by_flask = (
        Trace(way.ask(environ, body), way.lines, way.counted()) for way in (LANE, FLASK)
    )
    return by_lane, by_flask


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(METHODS),
    st.sampled_from(PATHS),
    queries,
    header_fields,
    bodies,
)
@example("POST", "/v1/rows", "", {}, b'{"rows": [{"grade": 1}]}')
@example("GET", "/v1/query", "limit=3", {}, b"")
def test_any_request_is_answered_the_same(
    method: str, path: str, query: str, fields: dict[str, Any], body: bytes
) -> None:
    environ = environ_of(method, path, query=query, fields=fields, body=body)
    by_lane, by_flask = traces(environ, body)
    assert by_lane == by_flask


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*METHODS[:3]]), st.sampled_from([*PATHS[:3]]), queries, bodies)
def test_requests_to_open_routes_are_answered_the_same(
    method: str, path: str, query: str, body: bytes
) -> None:
    environ = environ_of(method, path, query=query, fields={}, body=body)
    by_lane, by_flask = traces(environ, body)
    assert by_lane == by_flask


@pytest.mark.parametrize("word", WORDS)
def test_whatever_a_view_does_is_answered_the_same(word: str) -> None:
    body = json.dumps(word).encode()
    environ = environ_of("PUT", "/v1/json", query="", fields={}, body=body)
    by_lane, by_flask = traces(environ, body)
    assert by_lane == by_flask
    failing = {"nothing", "unwritable", "key"}
    assert by_lane.answer.status.startswith("500") == (word in failing)


def test_view_that_needs_more_of_flask_than_there_is_fails_and_says_so() -> None:
    body = b'"flask"'
    environ = environ_of("PUT", "/v1/json", query="", fields={}, body=body)
    LANE.lines.clear()
    assert LANE.ask(environ, body).status.startswith("500")
    assert FLASK.ask(environ, body).status == "200 OK"
    assert "outside of request context" in LANE.lines[0][1]["detail"]


@pytest.mark.parametrize("is_on", [True, False])
def test_request_within_a_request_is_answered_by_its_own_body(is_on: bool) -> None:
    inner = make_app(is_on=is_on)

    def ask_inner() -> dict[str, Any]:
        answered = inner.test_client().put("/v1/json", json=[99])
        with inner.test_request_context(headers={"X-Request-ID": "of-the-inner"}):
            inner_id = request_id()
        return {"inner": answered.json, "inner_id": inner_id, "outer": request_json()}

    outer = Flask("outer")
    outer.json = OrjsonProvider(outer)
    outer.config["MLAPI_FAST_LANE"] = is_on
    outer.add_url_rule("/ask", "ask", validate_json(fast_lane(ask_inner)), methods=["POST"])
    ApiGuards(outer)
    answered = outer.test_client().post("/ask", json=[1])
    right = {"inner": {"value": [99]}, "inner_id": "of-the-inner", "outer": [1]}
    assert answered.json == right
    with outer.test_request_context(json=[2]):
        assert outer.test_client().post("/ask", json=[1]).json == right


def test_rates_are_counted_once_and_told_the_same() -> None:
    lane, flask = (Observer(make_app(is_on=is_on)) for is_on in (True, False))
    environ = environ_of("GET", "/v1/rare", query="", fields={}, body=b"")
    answers = [[observer.ask(environ, b"") for _ in range(5)] for observer in (lane, flask)]
    told = [[(each.status, left_of(each)) for each in observed] for observed in answers]
    assert told[0] == told[1]
    assert [status[:3] for status, _ in told[0]] == ["200", "200", "200", "429", "429"]


def left_of(answer: Answer) -> list[str]:
    """What is told of the limit but the seconds, which pass between one request and the other."""
    return [
        value.partition(";t=")[0] for name, value in answer.headers if "ratelimit" in name.lower()
    ]
