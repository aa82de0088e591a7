"""Metrics, as Prometheus' own client reads them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from ml_api_kit.decorators import ApiGuards, hash_token
from ml_api_kit.serving import metrics
from tests.serving.running_server import RunningServer, free_port, start_server
from tests.serving.sample_app import TOKEN

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]
GOOD = {"students": [{"name": "Ada", "grade": 3}, {"name": "Bob", "grade": 4}]}
KNOWN = {"Authorization": f"Bearer {TOKEN}"}


def samples(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def total(found: Samples, name: str, **labels: str) -> float:
    wanted = set(labels.items())
    return sum(value for (each, has), value in found.items() if each == name and wanted <= has)


def collect(server: RunningServer) -> Samples:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
        return samples(answer.read().decode())


def make_client(*, is_first: bool = True, **config: Any) -> Any:
    app = Flask("counted")
    app.config.update(config)
    if not is_first:
        ApiGuards(app)
    app.register_blueprint(
        metrics(models=('a "model"\\\n',), needs_token="MLAPI_TOKEN_HASHES" in config)
    )
    app.add_url_rule("/items/<int:number>", "item", lambda number: {})
    if is_first:
        ApiGuards(app)
    return app.test_client()


@pytest.mark.parametrize("is_first", [True, False])
def test_metrics_are_text_that_prometheus_reads(is_first: bool) -> None:
    client = make_client(is_first=is_first)
    for number in range(3):
        client.get(f"/items/{number}")
    client.get("/nowhere/unknown")
    answered = client.get("/metrics")
    assert answered.content_type.startswith("text/plain; version=0.0.4")
    assert "nowhere" not in answered.text
    found = samples(answered.text)
    assert total(found, "http_requests_total", route="/items/<int:number>", status="200") == 3
    assert total(found, "http_requests_total", route="(none)", status="404") == 1
    name = "http_request_duration_seconds"
    place = {"route": "/items/<int:number>", "method": "GET"}
    assert total(found, f"{name}_count", **place) == 3
    assert total(found, f"{name}_bucket", **place, le="+Inf") == 3
    assert total(found, f"{name}_sum", **place) > 0
    assert total(found, "http_requests_in_flight") == 1
    assert total(found, "mlapi_models_loaded", model='a "model"\\\n') == 1


def test_metrics_that_are_off_are_not_there() -> None:
    client = make_client(MLAPI_METRICS="off")
    assert client.get("/metrics").status_code == 404
    assert "ml_api_counts" not in client.application.extensions


def test_metrics_are_told_to_who_has_the_token_where_one_is_needed() -> None:
    client = make_client(MLAPI_TOKEN_HASHES=hash_token(TOKEN))
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=KNOWN).status_code == 200


def test_sums_over_several_workers_are_those_of_all_requests() -> None:
    """Also after a worker was killed, and another took its place."""
    server = start_server(port=free_port(), workers=3)
    try:
        ask_many(server, 300)
        found = collect(server)
        assert total(found, "http_requests_total", route="/v1/means", status="200") == 300
        assert total(found, "mlapi_rows_answered_total", route="/v1/means") == 600
        assert total(found, "mlapi_workers") == 3
        assert total(found, "mlapi_models_loaded", model="means") == 3
        replace_a_worker(server)
        ask_many(server, 200)
        found = collect(server)
        assert total(found, "http_requests_total", route="/v1/means", status="200") == 500
        assert total(found, "mlapi_workers") == 3
        assert total(found, "http_requests_in_flight") == 1
    finally:
        output = server.stop()[1]
    assert "Traceback" not in output


def ask_many(server: RunningServer, count: int) -> None:
    def ask(_: int) -> int:
        request = urllib.request.Request(
            f"http://127.0.0.1:{server.port}/v1/means",
            json.dumps(GOOD).encode(),
            {**KNOWN, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(count))) == {200}


def replace_a_worker(server: RunningServer) -> None:
    workers = psutil.Process(server.process.pid).children()
    time.sleep(3.5)  # granian ends a server whose workers die within seconds of their start
    os.kill(workers[0].pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        time.sleep(0.1)
        pids = {each.pid for each in psutil.Process(server.process.pid).children()}
        # A connection that the killed one had taken is reset.
        with contextlib.suppress(ConnectionError):
            if workers[0].pid not in pids and total(collect(server), "mlapi_workers") == 3:
                return
    raise AssertionError("no worker took the place of the one that was killed")
