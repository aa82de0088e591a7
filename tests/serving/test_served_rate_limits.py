"""A limit holds for all worker processes together."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.decorators.redis_server import redis_server
from tests.serving.running_server import free_port, start_server


def test_no_more_are_let_in_by_several_workers_than_by_one() -> None:
    server = start_server(port=free_port(), workers=3)
    try:
        with ThreadPoolExecutor(8) as pool:
            statuses = Counter(pool.map(lambda _: server.get_status("/v1/rare"), range(120)))
        assert statuses == {200: 50, 429: 70}
        status, headers, _ = server.send(b"GET /v1/rare HTTP/1.1\r\nHost: x\r\n\r\n")
        assert status == 429
        assert 0 < int(headers["retry-after"]) <= 2 * 3600
    finally:
        output = server.stop()[1]
    assert "Traceback" not in output


def test_no_more_are_let_in_by_several_servers_that_count_in_one_redis() -> None:
    with redis_server() as redis:
        environ = {"MLAPI_RATE_LIMIT_STORAGE": redis.address}
        servers = [start_server(port=free_port(), workers=2, environ=environ) for _ in range(2)]
        try:
            with ThreadPoolExecutor(8) as pool:
                asked = [servers[number % 2] for number in range(120)]
                statuses = Counter(pool.map(lambda each: each.get_status("/v1/rare"), asked))
        finally:
            outputs = [server.stop()[1] for server in servers]
    assert statuses == {200: 50, 429: 70}
    assert not any("Traceback" in output for output in outputs)
