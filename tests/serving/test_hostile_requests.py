"""Requests that mean harm, over real HTTP against the production server."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from tests.serving.hostile_requests import (
    CASES,
    CHUNKED,
    GOOD,
    JSON,
    KNOWN,
    SERVER_CASES,
    TIMEOUT_S,
    get,
    report,
    request,
)
from tests.serving.running_server import RunningServer, free_port, start_server


@pytest.fixture(scope="module", params=["fast lane", "Flask"])
def server(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    fast_lane = "on" if request.param == "fast lane" else "off"
    running = start_server(port=free_port(), environ={"MLAPI_FAST_LANE": fast_lane})
    yield running
    running.stop()


@pytest.mark.parametrize(("status", "data"), CASES.values(), ids=CASES)
def test_hostile_request_gets_its_answer_and_the_next_one_is_answered(
    server: RunningServer, status: int, data: bytes
) -> None:
    answered, headers, body = server.send(data, timeout_s=TIMEOUT_S)
    assert answered == status
    assert headers["content-type"] == "application/problem+json"
    problem = json.loads(body)
    assert problem["status"] == status
    assert problem["request_id"] == headers["x-request-id"]
    assert len(body) < 10_000  # 100 faults at the most
    assert repeated(data, body) == []
    assert ("www-authenticate" in headers) == (status == 401)
    assert ("allow" in headers) == (status == 405)
    assert server.send(request(GOOD))[0] == 200


def repeated(data: bytes, body: bytes) -> list[bytes]:
    """What the answer `body` repeats of the request `data`: its body, or a long part of it."""
    sent = data.partition(b"\r\n\r\n")[2]
    runs = re.findall(rb"[^\s\"\\{}\[\],:/?&=]{33,}", data[: 1 << 20])
    told = [run for run in runs if run in body]
    return [*told, *([sent] if len(sent) > 16 and sent in body else [])]


def test_what_an_answer_repeats_is_found() -> None:
    assert repeated(request(GOOD), b'{"detail": "%b"}' % GOOD) == [GOOD]
    assert repeated(get(b"/v1/means?limit=" + b"9" * 50), b"limit is %b" % (b"9" * 50))
    assert repeated(request(GOOD), b'{"pointer": "/students/0/name"}') == []


@pytest.mark.parametrize(("status", "data"), SERVER_CASES.values(), ids=SERVER_CASES)
def test_what_is_no_proper_http_is_refused_and_the_next_request_is_answered(
    server: RunningServer, status: int, data: bytes
) -> None:
    answered, _, body = server.send(data, timeout_s=TIMEOUT_S)
    assert (answered, body) == (status, b"")
    assert server.send(request(GOOD))[0] == 200


def test_set_of_hostile_requests_is_large_enough() -> None:
    assert len(CASES) + len(SERVER_CASES) >= 60


@pytest.mark.parametrize(
    "data",
    [
        request(GOOD[:-2], length=len(GOOD)),
        request(headers=CHUNKED) + b'5\r\n{"a',
        request(headers=CHUNKED) + b"5\r\n",
    ],
    ids=["within its length", "within a chunk", "before a chunk"],
)
def test_body_that_is_cut_off_is_refused(server: RunningServer, data: bytes) -> None:
    status, headers, _ = server.send(data, is_cut_off=True)
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    assert server.send(request(GOOD))[0] == 200


@pytest.mark.parametrize("end", [b"", b"0\r\n", b"zz\r\n"], ids=["none", "half", "malformed"])
def test_chunked_body_that_breaks_off_behind_a_whole_value_passes_for_whole(
    server: RunningServer, end: bytes
) -> None:
    """The server tells the application that the body ended; a stated length would show it."""
    data = request(headers=CHUNKED) + b"%x\r\n%b\r\n" % (len(GOOD), GOOD) + end
    assert server.send(data, is_cut_off=True)[0] == 200
    assert server.send(request(GOOD + b" ", length=len(GOOD) + 9), is_cut_off=True)[0] == 400


def test_slow_bodies_are_answered_and_hold_up_nobody(server: RunningServer) -> None:
    """As many as there are threads, less one."""
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(server)) for _ in range(3)]
        head, body = request(GOOD).split(b"\r\n\r\n")
        for each in slow:
            each.sendall(head + b"\r\n\r\n")
        for start in range(0, len(body), 11):
            for each in slow:
                each.sendall(body[start : start + 11])
            assert server.send(request(GOOD))[0] == 200
        for each in slow:
            assert each.recv(64).startswith(b"HTTP/1.1 200")


def test_many_connections_that_say_little_hold_up_nobody(server: RunningServer) -> None:
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(connected(server)).sendall(b"POST /v1/means HTTP/1.1\r\nHo")
        for _ in range(5):
            assert server.send(request(GOOD))[0] == 200


def test_requests_sent_in_one_go_are_answered_in_their_order(server: RunningServer) -> None:
    kept = request(GOOD).replace(b"Connection: close\r\n", b"")
    with connected(server) as raw:
        raw.sendall(kept + CASES["five faults"][1])
        received = b""
        while part := raw.recv(65_536):
            received += part
    statuses = re.findall(rb"HTTP/1\.1 (\d+)", received)
    assert statuses == [b"200", b"422"]


def connected(server: RunningServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT_S)


@pytest.mark.parametrize("value", [b'"%b"' % (b"secret" * 50), b"7" * 300, b'["%b"]' % (b"a" * 99)])
def test_answer_does_not_repeat_what_was_sent(server: RunningServer, value: bytes) -> None:
    for name in (b"name", b"grade", b"born"):
        members = {b"name": b'"Ada"', b"grade": b"3"} | {name: value}
        student = b", ".join(b'"%b": %b' % member for member in members.items())
        answered, _, body = server.send(request(b'{"students": [{%b}]}' % student))
        # A whole number that would become another one is no JSON to be checked by a schema.
        assert answered == (400 if value.isdigit() else 422)
        assert value.strip(b'[]"') not in body


@pytest.mark.parametrize("is_chunked", [True, False])
def test_client_that_asks_first_is_told_before_it_sends(
    server: RunningServer, is_chunked: bool
) -> None:
    """It sends nothing before it hears that it may."""
    sized = b"Transfer-Encoding: chunked\r\n" if is_chunked else b"Content-Length: 20000000\r\n"
    headers = JSON + sized + b"Expect: 100-continue\r\n"
    assert server.send(request(headers=headers))[0] == 401
    if not is_chunked:
        assert server.send(request(headers=headers + KNOWN))[0] == 413


FIVE: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "body": (
        CASES["five faults"][1],
        [
            ("/students/0/name", "minLength"),
            ("/students/0/grade", "maximum"),
            ("/students/0/born", "format"),
            ("/students/0", "additionalProperties"),
            ("", "additionalProperties"),
        ],
    ),
    "query": (
        report(query=b"school=n&limit=101&order=age&grade=1&grade=x&lmit=1"),
        [
            ("", "additionalProperties"),
            ("/school", "minLength"),
            ("/limit", "maximum"),
            ("/order", "enum"),
            ("/grade/1", "type"),
        ],
    ),
    "headers": (
        report(
            headers=b"X-Tenant: B1\r\nX-Copies: 10\r\nX-Colour: red\r\nX-Draft: maybe\r\n"
            b"X-Born: 2026-02-30\r\n"
        ),
        [
            ("/X-Tenant", "pattern"),
            ("/X-Copies", "maximum"),
            ("/X-Colour", "enum"),
            ("/X-Draft", "type"),
            ("/X-Born", "format"),
        ],
    ),
}


@pytest.mark.parametrize(("data", "faults"), FIVE.values(), ids=FIVE)
def test_five_faults_come_back_as_five(
    server: RunningServer, data: bytes, faults: list[tuple[str, str]]
) -> None:
    status, _, body = server.send(data)
    errors = json.loads(body)["errors"]
    assert status == 422
    assert sorted((each["pointer"], each["rule"]) for each in errors) == sorted(faults)
    assert all(each["detail"] for each in errors)


@pytest.mark.parametrize(
    ("data", "status", "is_empty"),
    [
        (request(GOOD, is_chunked=True), 200, False),
        (request(GOOD, headers=KNOWN + b"Content-Type: application/a+json\r\n"), 200, False),
        (request(start=b"HEAD /v1/means?limit=1"), 200, True),
        (request(start=b"OPTIONS /v1/means"), 200, True),
        (request(start=b"HEAD /v1/students/1", headers=b""), 401, True),
    ],
)
def test_unusual_request_that_means_no_harm_is_answered(
    server: RunningServer, data: bytes, status: int, is_empty: bool
) -> None:
    answered, _, body = server.send(data)
    assert (answered, body == b"") == (status, is_empty)


@pytest.mark.parametrize("number", [b"9007199254740993", b"9223372036854775807"])
def test_number_past_2_53_is_not_altered(server: RunningServer, number: bytes) -> None:
    status, _, body = server.send(get(b"/v1/students/" + number, KNOWN))
    assert (status, body.strip()) == (200, b'{"number":%b}' % number)


def test_error_of_the_server_tells_nothing(server: RunningServer) -> None:
    status, _, body = server.send(get(b"/v1/broken"))
    assert status == 500
    assert b"password" not in body
    assert b"KeyError" not in body


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="memory is read from /proc")
def test_huge_chunked_bodies_are_not_held(server: RunningServer) -> None:
    def memory_bytes() -> int:
        main = psutil.Process(server.process.pid)
        return sum(each.memory_info().rss for each in main.children(recursive=True))

    # The allocator's own pools grow with the first of them; what is held would grow each time.
    server.send(CASES["20 MB chunked"][1])
    grown = []
    for _ in range(4):
        before = memory_bytes()
        for _ in range(10):
            assert server.send(CASES["20 MB chunked"][1])[0] == 413
        grown.append(memory_bytes() - before)
    assert min(grown) < 20_000_000
