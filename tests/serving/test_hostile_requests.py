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

from tests.serving.running_server import RunningServer, free_port, start_server
from tests.serving.sample_app import MAX_BODY_BYTES, TOKEN

GOOD = b'{"students": [{"name": "Ada", "grade": 3}]}'
JSON = b"Content-Type: application/json\r\n"
# To be told within a second; more on a machine that is busy with other tests.
TIMEOUT_S = 5
KNOWN = b"Authorization: Bearer " + TOKEN.encode() + b"\r\n"

CHUNKED = JSON + KNOWN + b"Transfer-Encoding: chunked\r\n"


def request(
    body: bytes = b"",
    *,
    start: bytes = b"POST /v1/means",
    headers: bytes = JSON + KNOWN,
    length: int | None = None,
    is_chunked: bool = False,
) -> bytes:
    head = start + b" HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" + headers
    if is_chunked:
        chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk
    if length is None and not body:
        return head + b"\r\n"
    return head + b"Content-Length: %d\r\n\r\n" % (len(body) if length is None else length) + body


def student(value: bytes) -> bytes:
    return b'{"students": [{"name": "Ada", "grade": 3, "born": %b}]}' % value


def grade(value: bytes) -> bytes:
    return b'{"students": [{"name": "Ada", "grade": %b}]}' % value


def get(path: bytes, headers: bytes = b"") -> bytes:
    return request(start=b"GET " + path, headers=headers)


def report(
    path: bytes = b"2026", query: bytes = b"school=north", headers: bytes = b"X-Tenant: blue\r\n"
) -> bytes:
    return get(b"/v1/reports/" + path + b"?" + query, headers)


FIVE_FAULTS = b'{"students": [{"name": "", "grade": 121, "born": "x", "a": 1}], "b": 2}'

CASES: dict[str, tuple[int, bytes]] = {
    "no body, no length": (400, request()),
    "no body, length 0": (400, request(length=0)),
    "no body, no content type": (400, request(headers=KNOWN)),
    "empty chunked body": (400, request(is_chunked=True)),
    "not JSON": (400, request(b"grade=3")),
    "half a JSON value": (400, request(GOOD[:-1])),
    "two JSON values": (400, request(GOOD + GOOD)),
    "NaN": (400, request(student(b"NaN"))),
    "Infinity": (400, request(student(b"-Infinity"))),
    "1e400": (400, request(student(b"1e400"))),
    "5,000 digits": (400, request(student(b"9" * 5_000))),
    "5,000 digits behind the point": (422, request(student(b"0." + b"9" * 5_000))),
    "an exponent of 5,000 digits": (400, request(student(b"1e" + b"9" * 5_000))),
    "key twice": (400, request(b'{"students": [], "students": [{"name": "Ada", "grade": 3}]}')),
    "key twice, once escaped": (400, request(b'{"a": 1, "\\u0061": 2, "students": []}')),
    "key twice, deep": (400, request(student(b'{"a": [{"b": 1, "b": 1}]}'))),
    "100,000 levels": (400, request(b"[" * 100_000)),
    "100,000 levels, closed": (400, request(b"[" * 100_000 + b"]" * 100_000)),
    "100,000 objects": (400, request(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)),
    "500,000 commas": (400, request(b"[" + b"," * 500_000 + b"]")),
    "65 levels, closed": (400, request(b"[" * 65 + b"]" * 65)),
    "invalid UTF-8": (400, request(student(b'"\xff"'))),
    "lone surrogate": (400, request(student(b'"\\ud800"'))),
    "lone low surrogate": (400, request(student(b'"\\udc00a"'))),
    "surrogates the wrong way round": (400, request(student(b'"\\udc00\\ud800"'))),
    "lone surrogate in a key": (400, request(b'{"students": [], "\\ud800": 1}')),
    "surrogate in bytes": (400, request(student(b'"\xed\xa0\x80"'))),
    "overlong UTF-8": (400, request(student(b'"\xc0\x80"'))),
    "control character": (400, request(student(b'"a\nb"'))),
    "byte order mark": (400, request(b"\xef\xbb\xbf" + GOOD)),
    "UTF-16": (400, request(GOOD.decode().encode("utf-16"))),
    "NUL bytes": (400, request(b"\0" * 100)),
    "leading zero": (400, request(student(b"01"))),
    "comment": (400, request(GOOD + b" // two")),
    "bad chunk": (
        400,
        request(headers=CHUNKED) + b"zz\r\n{}\r\n0\r\n\r\n",
    ),
    "chunk of a huge size": (
        400,
        request(headers=CHUNKED) + b"f" * 18 + b"\r\n{}\r\n0\r\n\r\n",
    ),
    "two lengths at once": (
        422,
        request(headers=CHUNKED + b"Content-Length: 5\r\n") + b"2\r\n{}\r\n0\r\n\r\n",
    ),
    "too large": (413, request(b" " * (MAX_BODY_BYTES + 1))),
    "20 MB": (413, request(b" " * 20_000_000)),
    "20 MB chunked": (413, request(b" " * 20_000_000, is_chunked=True)),
    "says it is huge": (413, request(b"{}", length=10**12)),
    "text/plain": (415, request(GOOD, headers=KNOWN + b"Content-Type: text/plain\r\n")),
    "no content type": (415, request(GOOD, headers=KNOWN)),
    "content type twice": (
        415,
        request(GOOD, headers=KNOWN + b"Content-Type: application/json, text/plain\r\n"),
    ),
    "latin-1": (
        415,
        request(GOOD, headers=KNOWN + b"Content-Type: application/json; charset=latin-1\r\n"),
    ),
    "utf-16 charset": (
        415,
        request(GOOD, headers=KNOWN + b"Content-Type: application/json; charset=utf-16\r\n"),
    ),
    "form": (
        415,
        request(b"a=1", headers=KNOWN + b"Content-Type: application/x-www-form-urlencoded\r\n"),
    ),
    "multipart": (
        415,
        request(b"--a", headers=KNOWN + b"Content-Type: multipart/form-data; boundary=a\r\n"),
    ),
    "gzip": (415, request(GOOD, headers=JSON + KNOWN + b"Content-Encoding: gzip\r\n")),
    "wrong type": (422, request(b"3")),
    "null": (422, request(b"null")),
    "past 2^53": (422, request(grade(b"9007199254740993"))),
    "below -2^53": (422, request(grade(b"-9007199254740993"))),
    "past 2^53, as a fraction": (422, request(grade(b"9007199254740993.0"))),
    "past 2^64": (400, request(grade(b"18446744073709551617"))),
    "1e308": (422, request(grade(b"1e308"))),
    "true as a number": (422, request(grade(b"true"))),
    "number as a text": (422, request(grade(b'"3"'))),
    "a text of 900,000": (422, request(grade(b'"%b"' % (b"x" * 900_000)))),
    "100,000 students": (422, request(b'{"students": [%b3]}' % (b"3," * 100_000))),
    "five faults": (422, request(FIVE_FAULTS)),
    "unknown long name": (422, request(b'{"students": [], "%b": 1}' % (b"x" * 9_000))),
    "no token": (401, request(GOOD, headers=JSON)),
    "wrong token": (401, request(GOOD, headers=JSON + b"Authorization: Bearer x\r\n")),
    "basic token": (401, request(GOOD, headers=JSON + b"Authorization: Basic eA==\r\n")),
    "non-ASCII token": (401, request(GOOD, headers=JSON + b"Authorization: Bearer \xff\r\n")),
    "huge token": (
        401,
        request(GOOD, headers=JSON + b"Authorization: Bearer " + b"a" * 50_000 + b"\r\n"),
    ),
    "query not decodable": (400, get(b"/v1/means?limit=%ff")),
    "query of the wrong type": (422, get(b"/v1/means?limit=ten")),
    "query of 5,000 digits": (422, get(b"/v1/means?limit=" + b"9" * 5_000)),
    "query given twice": (422, get(b"/v1/means?limit=1&limit=2")),
    "query not known": (422, get(b"/v1/means?limit=1&x=2")),
    "query of 2,000 parameters": (400, get(b"/v1/means?" + b"grade=1&" * 2_000)),
    "query of a lone surrogate": (400, get(b"/v1/means?limit=%ED%A0%80")),
    "query of 50,000 digits": (422, get(b"/v1/means?limit=" + b"9" * 50_000)),
    "query of NUL": (422, get(b"/v1/means?limit=%00")),
    "query without what is needed": (422, report(query=b"limit=1")),
    "path of a wrong year": (422, report(b"1899")),
    "path of no year": (422, report(b"x" * 2_000)),
    "path of a year of 5,000 digits": (422, report(b"9" * 5_000)),
    "no header": (422, report(headers=b"")),
    "header of the wrong type": (422, report(headers=b"X-Tenant: blue\r\nX-Copies: many\r\n")),
    "header of 5,000 digits": (
        422,
        report(headers=b"X-Tenant: blue\r\nX-Copies: " + b"9" * 5_000 + b"\r\n"),
    ),
    "header given twice": (422, report(headers=b"X-Tenant: blue\r\nX-Tenant: red\r\n")),
    "header that is no ASCII": (422, report(headers=b"X-Tenant: \xff\xfe\r\n")),
    "header of 50,000": (422, report(headers=b"X-Tenant: " + b"a" * 50_000 + b"\r\n")),
    "header of nothing": (422, report(headers=b"X-Tenant:\r\n")),
    "path not known": (404, get(b"/v1/nothing")),
    "path of the wrong type": (404, get(b"/v1/students/ten", KNOWN)),
    "path of 5,000 digits": (404, get(b"/v1/students/" + b"9" * 5_000, KNOWN)),
    "path of NUL": (404, get(b"/v1/%00")),
    "path not decodable": (404, get(b"/v1/%zz%ff")),
    "path is an asterisk": (404, request(start=b"OPTIONS *")),
    "tunnel": (404, request(start=b"CONNECT evil:443")),
    "path leads upwards": (404, get(b"/docs/../../etc/passwd")),
    "path leads upwards, encoded": (404, get(b"/docs/%2e%2e%2f%2e%2e%2fetc%2fpasswd")),
    "DELETE": (405, request(start=b"DELETE /v1/means")),
    "TRACE": (405, request(start=b"TRACE /v1/means")),
    "unknown method": (405, request(start=b"BREW /v1/means")),
}


#: What the server itself refuses before the application sees it, in a status without a body.
SERVER_CASES: dict[str, tuple[int, bytes]] = {
    "no HTTP": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200),
    "HTTP/0.9": (400, b"GET /healthz\r\n\r\n"),
    "HTTP/2.0": (400, b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n"),
    "two different lengths": (
        400,
        request(GOOD, headers=JSON + KNOWN + b"Content-Length: 6\r\n"),
    ),
    "negative length": (400, request(headers=JSON + KNOWN + b"Content-Length: -5\r\n")),
    "length in words": (400, request(headers=JSON + KNOWN + b"Content-Length: ten\r\n")),
    "transfer by gzip": (400, request(headers=JSON + KNOWN + b"Transfer-Encoding: gzip\r\n")),
    "header without a colon": (400, get(b"/healthz", b"abc\r\n")),
    "NUL in a header": (400, get(b"/healthz", b"X-A: a\0b\r\n")),
    "folded header": (400, get(b"/healthz", b"X-A: a\r\n b\r\n")),
    "NUL in a path": (400, get(b"/\0")),
    "space in a path": (400, get(b"/a b")),
    "query that is no ASCII": (400, get(b"/v1/means?limit=\xff")),
    "path of 100,000": (414, get(b"/" + b"a" * 100_000)),
    "header of 1 MB": (431, get(b"/healthz", b"X-A: " + b"a" * 1_000_000 + b"\r\n")),
    "500 headers": (431, get(b"/healthz", b"".join(b"X-%d: a\r\n" % i for i in range(500)))),
}


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
