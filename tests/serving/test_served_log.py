"""What stands in the log of the production server: each request once, each error once."""

from __future__ import annotations

import contextlib
import http.client
import json

from tests.serving.running_server import RunningServer, free_port, start_server


def _status_of_whole(server: RunningServer, path: str) -> int:
    """The status of an answer that is read as far as it comes."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        with contextlib.suppress(http.client.HTTPException, ConnectionError):
            answer.read()
        return answer.status


def test_every_request_and_every_error_is_one_line_of_json() -> None:
    server = start_server(port=free_port(), workers=2)
    paths = ["/v1/broken", "/v1/nothing", "/v1/means?limit=1", "/v1/unclean"]
    assert [server.get_status(path) for path in paths] == [500, 404, 200, 500]
    assert _status_of_whole(server, "/v1/half") == 200
    first, *rest = server.stop()[1].splitlines()
    assert first.startswith("Listening on")
    lines = [json.loads(line) for line in rest]
    found = sorted(
        (line["route"] or "", line["status"], line.get("error", ""))
        for line in lines
        if line.get("route") != "/healthz" and "request_id" in line
    )
    assert found == [
        ("", 404, "NotFound"),
        ("/v1/broken", 500, "KeyError"),
        ("/v1/half", 200, ""),
        ("/v1/half", 500, "ValueError"),
        ("/v1/means", 200, ""),
        ("/v1/unclean", 500, "OSError"),
    ]
    assert sum("traceback" in line for line in lines) == 3


def test_answer_that_replaces_one_is_a_problem() -> None:
    server = start_server(port=free_port())
    try:
        status, headers, body = server.send(b"GET /v1/unclean HTTP/1.1\r\nHost: x\r\n\r\n")
    finally:
        server.stop()
    assert (status, headers["content-type"]) == (500, "application/problem+json")
    assert json.loads(body)["request_id"] == headers["x-request-id"]
    assert b"pool" not in body
