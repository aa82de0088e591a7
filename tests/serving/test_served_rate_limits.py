"""A limit holds for all worker processes together."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

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
