"""Limits that hold for several machines, counted in a real Redis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ml_api_kit.decorators import ApiGuards, rate_limit
from tests.decorators.redis_server import RedisServer, redis_server


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


@rate_limit("10 per hour")
def answer() -> dict[str, Any]:
    return {}


def machine(redis: RedisServer) -> FlaskClient:
    """A client of an application that shares nothing with others but `redis`."""
    app = Flask("limited")
    app.config["MLAPI_RATE_LIMIT_STORAGE"] = redis.address
    app.add_url_rule("/", "answer", answer)
    ApiGuards(app)
    return app.test_client()


def test_limit_holds_for_several_machines_together(redis: RedisServer) -> None:
    machines = [machine(redis) for _ in range(3)]
    statuses = Counter(each.get("/").status_code for _ in range(6) for each in machines)
    assert statuses == {200: 10, 429: 8}
    refused = machines[0].get("/")
    assert 0 < int(refused.headers["Retry-After"]) <= 2 * 3600
    assert refused.headers["RateLimit-Policy"] == '"hour";q=10;w=3600'
    assert refused.headers["RateLimit"].startswith('"hour";r=0;t=')


def test_clients_are_told_apart(redis: RedisServer) -> None:
    one, other = machine(redis), machine(redis)
    for number in range(12):
        address = {"REMOTE_ADDR": f"192.0.2.{number % 2}"}
        assert (one, other)[number % 3 == 0].get("/", environ_base=address).status_code == 200


def test_redis_that_is_gone_is_a_503_until_it_is_back(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    client = machine(redis)
    assert client.get("/").status_code == 200
    redis.stop()
    refused = client.get("/")
    assert (refused.status_code, refused.content_type) == (503, "application/problem+json")
    assert refused.json is not None
    assert refused.json["detail"] == (
        "Requests cannot be counted at the moment; try again in a minute."
    )
    assert "RatesUnavailableError" in caplog.text
    assert "secret" not in caplog.text
    redis.start()
    assert client.get("/").status_code == 200


def test_redis_that_hangs_is_a_503_and_holds_nobody_up(redis: RedisServer) -> None:
    client = machine(redis)
    assert client.get("/").status_code == 200
    with redis.held():
        assert client.get("/").status_code == 503
    assert client.get("/").status_code in (200, 503), "what was said in between may come first"
    assert client.get("/").status_code == 200
