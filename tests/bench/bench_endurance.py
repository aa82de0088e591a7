"""A hundred thousand requests, good and bad: what they leave in the memory of the server.

And how long the slowest of the hostile requests takes to be answered. The server has two workers,
and logs, counts and limits as in production.
"""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from tests.bench.http_load import measure_http
from tests.serving.running_server import free_port, start_server
from tests.serving.sample_app import MAX_BODY_BYTES, TOKEN
from tests.serving.test_hostile_requests import CASES, SERVER_CASES

ROUNDS = 10
REQUESTS_PER_ROUND = 10_000
CONNECTIONS = 8

_JSON = {"Content-Type": "application/json"}
_KNOWN = {**_JSON, "Authorization": f"Bearer {TOKEN}"}
_GOOD = b'{"students": [{"name": "Ada", "grade": 3}]}'

#: Path, status, and what is sent, of each kind of request.
MIX: list[tuple[str, int, dict[str, object]]] = [
    ("/v1/means", 200, {"body": _GOOD, "headers": _KNOWN}),
    ("/v1/means?limit=3", 200, {}),
    ("/metrics", 200, {}),
    ("/v1/means", 422, {"body": b'{"students": [{"nane": 3}]}', "headers": _KNOWN}),
    ("/v1/means", 400, {"body": b'{"students"', "headers": _KNOWN}),
    ("/v1/means", 413, {"body": b" " * (MAX_BODY_BYTES + 1), "headers": _KNOWN}),
    ("/v1/means", 401, {"body": _GOOD, "headers": _JSON}),
    ("/v1/nowhere", 404, {}),
    ("/v1/broken", 500, {}),
]

#: The share of each kind; large bodies, errors of the server and metrics take longer than others.
_SHARES = (0.4, 0.2, 0.01, 0.1, 0.1, 0.005, 0.1, 0.075, 0.01)


def ask_mix(url: str, *, server_pid: int, requests: int) -> None:
    """Nothing; asks for all kinds of `MIX`, each by its share of `requests`."""
    for (path, status, sent), share in zip(MIX, _SHARES, strict=True):
        measure_http(
            url + path,
            server_pid=server_pid,
            requests=max(CONNECTIONS, round(requests * share)),
            connections=CONNECTIONS,
            expected_status=status,
            **sent,  # type: ignore[arg-type]
        )


def memory_mb(pid: int) -> float:
    """What the descendants of the process `pid` hold of memory that is theirs alone, in MB."""
    held = (each.memory_full_info().uss for each in psutil.Process(pid).children(recursive=True))
    return float(sum(held)) / 1e6


def main() -> None:
    """Print the memory after each round, and the slowest hostile request."""
    if not Path("/proc").is_dir():
        raise SystemExit("The memory of the server is read from /proc, which is not here.")
    server = start_server(port=free_port(), workers=2)
    try:
        pid, url = server.process.pid, f"http://127.0.0.1:{server.port}"
        print("requests   MB in use by two workers")
        for done in range(ROUNDS + 1):
            print(f"{done * REQUESTS_PER_ROUND:>8,}   {memory_mb(pid):.1f}", flush=True)
            if done < ROUNDS:
                ask_mix(url, server_pid=pid, requests=REQUESTS_PER_ROUND)
        slowest_s = 0.0
        for _, data in (*CASES.values(), *SERVER_CASES.values()):
            started_s = time.perf_counter()
            server.send(data)
            slowest_s = max(slowest_s, time.perf_counter() - started_s)
        print(f"\nslowest of {len(CASES) + len(SERVER_CASES)} hostile requests: {slowest_s:.3f} s")
    finally:
        server.stop()
