"""Requests that mean harm, byte by byte, and the status that each is answered with."""

from __future__ import annotations

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
