"""Bodies that somebody sends to see what happens: each gets the answer that the docs say."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ml_api_kit.decorators import ApiGuards, request_json, validate_json, validate_schema

JSON = "application/json"
MARK = "offending-value-" * 100
LARGEST = 100_000
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "n": {"type": "integer", "maximum": 2**53},
        "s": {"type": "string", "maxLength": 9, "pattern": "^[a-z]*$"},
        "e": {"enum": ["a", "b"]},
        "f": {"type": "string", "format": "date-time"},
        "o": {"anyOf": [{"type": "null"}, {"type": "array", "uniqueItems": True}]},
    },
}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app = Flask("hostile")
    app.config["MLAPI_MAX_BODY_BYTES"] = LARGEST
    app.add_url_rule("/any", "any", validate_json(request_json), methods=["POST"])
    app.add_url_rule("/one", "one", validate_schema(SCHEMA)(request_json), methods=["POST"])
    ApiGuards(app)
    return app.test_client()


BODIES: list[tuple[bytes, str | None, int]] = [
    # absent, or not JSON
    (b"", JSON, 400),
    (b"", None, 400),
    (b" \n", JSON, 400),
    (b"{", JSON, 400),
    (b"{'a': 1}", JSON, 400),
    (b"[1,]", JSON, 400),
    (b"{} {}", JSON, 400),
    (b"\x00", JSON, 400),
    (b"n=1&s=a", JSON, 400),
    (f'{{"s": "{MARK}'.encode(), JSON, 400),
    (b'"\x01"', JSON, 400),
    (b"// note\n{}", JSON, 400),
    # not what JSON can hold
    (b'{"n": NaN}', JSON, 400),
    (b"[Infinity, -Infinity]", JSON, 400),
    (b"1e400", JSON, 400),
    (b"-1e400", JSON, 400),
    (b"[" + b"9" * 5_000 + b"]", JSON, 400),
    (b"[-" + b"9" * 5_000 + b"]", JSON, 400),
    (b"[18446744073709551617]", JSON, 400),
    (b"01", JSON, 400),
    (b"0x1F", JSON, 400),
    # texts
    (b'"\\ud800"', JSON, 400),
    (b'{"\\udfff": 1}', JSON, 400),
    (b'"\xed\xa0\x80"', JSON, 400),
    (b'"\xff"', JSON, 400),
    (b'"\xc0\xaf"', JSON, 400),
    ('"é"'.encode("latin-1"), JSON, 400),
    (b"\xef\xbb\xbf{}", JSON, 400),
    ("{}".encode("utf-16"), JSON, 400),
    ("{}".encode("utf-32"), JSON, 400),
    # nesting
    (b"[" * 65 + b"]" * 65, JSON, 400),
    (b'{"a":' * 65 + b"1" + b"}" * 65, JSON, 400),
    (b"[" * 49_000 + b"]" * 49_000, JSON, 400),
    (b"[" * 99_999, JSON, 400),
    (b'{"a":[' * 16_000, JSON, 400),
    # keys
    (b'{"n": 1, "n": 2}', JSON, 400),
    (b'{"n" :1,"n":2}', JSON, 400),
    (b'{"n": 1, "\\u006e": 2}', JSON, 400),
    (f'{{"{MARK}": 1, "{MARK}": 2}}'.encode(), JSON, 400),
    # declared to be something else
    (b"{}", None, 415),
    (b"{}", "text/plain", 415),
    (b"{}", "application/x-www-form-urlencoded", 415),
    (b"{}", "multipart/form-data; boundary=x", 415),
    (b"{}", "application/json; charset=latin-1", 415),
    (b"{}", "application/json; charset=utf-16", 415),
    (b"{}", "application/json, text/plain", 415),
    (b"{}", "application/" + "x" * 5_000, 415),
    # too large
    (b'"' + b"x" * LARGEST + b'"', JSON, 413),
    (b" " * (LARGEST + 1), JSON, 413),
]

VIOLATIONS: list[bytes] = [
    b"null",
    b"3",
    b"[]",
    b'{"n": 9007199254740993}',
    b'{"n": 1.5}',
    b'{"n": "1"}',
    b'{"n": true}',
    f'{{"s": "{MARK}"}}'.encode(),
    b'{"s": "\\u0000"}',
    b'{"s": "a\\n"}',
    f'{{"e": "{MARK}"}}'.encode(),
    f'{{"f": "{MARK}"}}'.encode(),
    b'{"f": "2024-02-30T00:00:00Z"}',
    f'{{"o": ["{MARK}", "{MARK}"]}}'.encode(),
    f'{{"{MARK}": 1}}'.encode(),
    b'{"__proto__": 1, "constructor": 2}',
    b'{"n": {"s": []}, "s": {"n": 1}, "e": null, "f": 0, "o": {}}',
]


def said(client: FlaskClient, path: str, body: bytes, content_type: str | None) -> Any:
    answer = client.post(path, data=body, content_type=content_type)
    assert answer.content_type == "application/problem+json"
    assert MARK not in answer.text
    assert "9" * 100 not in answer.text
    assert len(answer.data) < 5_000
    document = answer.json
    assert document is not None
    assert document["status"] == answer.status_code
    return document


@pytest.mark.parametrize("path", ["/any", "/one"])
@pytest.mark.parametrize("index", range(len(BODIES)))
def test_body_gets_its_status_and_is_not_repeated(
    index: int, path: str, client: FlaskClient
) -> None:
    body, content_type, status = BODIES[index]
    assert said(client, path, body, content_type)["status"] == status
    assert client.post("/one", json={"n": 1}).json == {"n": 1}


@pytest.mark.parametrize("body", VIOLATIONS)
def test_violation_is_a_422_and_the_value_is_not_repeated(body: bytes, client: FlaskClient) -> None:
    document = said(client, "/one", body, JSON)
    assert document["status"] == 422
    assert document["errors"]


def test_five_planted_errors_come_back_as_five(client: FlaskClient) -> None:
    body = b'{"n": 1.5, "s": "A", "e": "c", "f": "now", "o": 3}'
    errors = said(client, "/one", body, JSON)["errors"]
    assert sorted(one["pointer"] for one in errors) == ["/e", "/f", "/n", "/o", "/s"]


def test_compressed_body_is_refused(client: FlaskClient) -> None:
    answer = client.post(
        "/any", data=b"{}", content_type=JSON, headers={"Content-Encoding": "gzip"}
    )
    assert answer.status_code == 415


def test_numbers_of_64_bits_are_kept(client: FlaskClient) -> None:
    numbers = [2**53 + 1, 2**63 - 1, 2**64 - 1, -(2**63), 1e300]
    assert client.post("/any", json=numbers).json == numbers
