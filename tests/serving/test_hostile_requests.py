"""Requests that mean harm, over real HTTP against the production server."""

from __future__ import annotations

import json
from pathlib import Path

import psutil
import pytest

from tests.serving.running_server import RunningServer
from tests.serving.sample_app import MAX_BODY_BYTES, TOKEN

GOOD = b'{"students": [{"name": "Ada", "grade": 3}]}'
JSON = b"Content-Type: application/json\r\n"
KNOWN = b"Authorization: Bearer " + TOKEN.encode() + b"\r\n"


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


def get(path: bytes, headers: bytes = b"") -> bytes:
    return request(start=b"GET " + path, headers=headers)


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
    "5,000 levels": (400, request(b"[" * 5_000)),
    "65 levels, closed": (400, request(b"[" * 65 + b"]" * 65)),
    "invalid UTF-8": (400, request(student(b'"\xff"'))),
    "lone surrogate": (400, request(student(b'"\\ud800"'))),
    "byte order mark": (400, request(b"\xef\xbb\xbf" + GOOD)),
    "UTF-16": (400, request(GOOD.decode().encode("utf-16"))),
    "NUL bytes": (400, request(b"\0" * 100)),
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
    "gzip": (415, request(GOOD, headers=JSON + KNOWN + b"Content-Encoding: gzip\r\n")),
    "wrong type": (422, request(b"3")),
    "null": (422, request(b"null")),
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
    "path not known": (404, get(b"/v1/nothing")),
    "path of the wrong type": (404, get(b"/v1/students/ten", KNOWN)),
    "path leads upwards": (404, get(b"/docs/../../etc/passwd")),
    "path leads upwards, encoded": (404, get(b"/docs/%2e%2e%2f%2e%2e%2fetc%2fpasswd")),
    "DELETE": (405, request(start=b"DELETE /v1/means")),
    "TRACE": (405, request(start=b"TRACE /v1/means")),
    "unknown method": (405, request(start=b"BREW /v1/means")),
}


@pytest.mark.parametrize(("status", "data"), CASES.values(), ids=CASES)
def test_hostile_request_gets_its_answer_and_the_next_one_is_answered(
    server: RunningServer, status: int, data: bytes
) -> None:
    answered, headers, body = server.send(data)
    assert answered == status
    assert headers["content-type"] == "application/problem+json"
    problem = json.loads(body)
    assert problem["status"] == status
    assert problem["request_id"] == headers["x-request-id"]
    assert len(body) < 2_000
    assert ("www-authenticate" in headers) == (status == 401)
    assert ("allow" in headers) == (status == 405)
    assert server.send(request(GOOD))[0] == 200


def test_five_faults_come_back_as_five(server: RunningServer) -> None:
    problem = json.loads(server.send(CASES["five faults"][1])[2])
    assert [(each["pointer"], each["rule"]) for each in problem["errors"]] == [
        ("/students/0/name", "minLength"),
        ("/students/0/grade", "maximum"),
        ("/students/0/born", "format"),
        ("/students/0", "additionalProperties"),
        ("", "additionalProperties"),
    ]


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

    server.send(CASES["20 MB chunked"][1])
    before = memory_bytes()
    for _ in range(10):
        assert server.send(CASES["20 MB chunked"][1])[0] == 413
    assert memory_bytes() - before < 20_000_000
