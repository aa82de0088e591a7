"""Requests that no good client sends: each gets its 4xx, and the server goes on."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests

MULTIPART = {"Content-Type": "multipart/related; boundary=x"}


@pytest.fixture(autouse=True)
def still_answers(storage_client: Any, bucket: Any) -> Iterator[None]:
    bucket.blob("here").upload_from_string(b"0123456789")
    yield
    assert bucket.blob("here").download_as_bytes() == b"0123456789"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("POST", "/storage/v1/b", {}, b"\xff\xfe", 400),
        ("POST", "/storage/v1/b", {}, b"[]", 400),
        ("POST", "/storage/v1/b", {}, b"[" * 100_000, 400),
        ("POST", "/storage/v1/b", {}, b"", 400),
        ("POST", "/storage/v1/b", {}, b'{"name": {"a": 1}}', 400),
        ("POST", "/storage/v1/b", {}, b" " * (9 << 20), 413),
        ("GET", "/storage/v1/b/BUCKET/o?maxResults=-1", {}, b"", 400),
        ("GET", "/storage/v1/b/BUCKET/o?maxResults=" + "9" * 5000, {}, b"", 400),
        ("GET", "/storage/v1/b/BUCKET/o?pageToken=garbage", {}, b"", 400),
        ("GET", "/storage/v1/b/BUCKET/o?pageToken=WyJcdWQ4MDAiLDFd", {}, b"", 400),
        ("GET", "/storage/v1/b/BUCKET/o?matchGlob=[z-a]", {}, b"", 400),
        ("GET", "/storage/v1/b/BUCKET/o?matchGlob=" + "**a" * 200, {}, b"", 400),
        ("GET", "/storage/v1/b/BUCKET/o/here?generation=abc", {}, b"", 400),
        ("GET", "/storage/v1/b/BUCKET/o/here?ifGenerationMatch=1.5", {}, b"", 400),
        ("GET", "/storage/v1/b/BUCKET/o/%ff%fe", {}, b"", 400),
        ("GET", "/storage/v1/b/BUCKET/o/here?alt=media", {"Range": "bytes=99-"}, b"", 416),
        ("GET", "/storage/v1/b/BUCKET/o/here?alt=media", {"Range": "bytes=5-2"}, b"", 416),
        ("GET", "/storage/v1/b/BUCKET/o/here?alt=media", {"Range": "bytes=-0"}, b"", 416),
        ("GET", "/storage/v1/b/BUCKET/o/here?alt=media", {"Range": "bytes=a-z"}, b"", 416),
        ("GET", "/BUCKET/here", {"Range": "bytes=" + "9" * 30 + "-"}, b"", 416),
        ("PATCH", "/storage/v1/b/BUCKET/o/here", {}, b'{"contentType": 7}', 400),
        ("PATCH", "/storage/v1/b/BUCKET/o/here", {}, b'{"contentType": "a\\r\\nX: y"}', 400),
        ("PATCH", "/storage/v1/b/BUCKET/o/here", {}, b'{"metadata": {"a": [1]}}', 400),
        ("POST", "/storage/v1/b/BUCKET/o/n/compose", {}, b"{}", 400),
        ("POST", "/storage/v1/b/BUCKET/o/n/compose", {}, b'{"sourceObjects": [1]}', 400),
        ("POST", "/upload/storage/v1/b/BUCKET/o", {}, b"x", 400),
        ("POST", "/upload/storage/v1/b/BUCKET/o?uploadType=media", {}, b"x", 400),
        ("POST", "/upload/storage/v1/b/BUCKET/o?uploadType=odd&name=a", {}, b"x", 400),
        ("POST", "/upload/storage/v1/b/BUCKET/o?uploadType=resumable", {}, b'{"name": 1}', 400),
        ("POST", "/upload/storage/v1/b/BUCKET/o?uploadType=multipart", {}, b"x", 400),
        ("POST", "/upload/storage/v1/b/BUCKET/o?uploadType=multipart", MULTIPART, b"", 400),
        ("POST", "/upload/storage/v1/b/BUCKET/o?uploadType=multipart", MULTIPART, b"--x", 400),
        (
            "POST",
            "/upload/storage/v1/b/BUCKET/o?uploadType=multipart",
            MULTIPART,
            b'--x\r\n\r\n{"name": "cut"}\r\n--x\r\n\r\nno end',
            400,
        ),
        ("PUT", "/upload/storage/v1/b/BUCKET/o?upload_id=none", {}, b"x", 404),
        ("POST", "/batch/storage/v1", {}, b"garbage", 400),
        (
            "POST",
            "/batch/storage/v1",
            {"Content-Type": "multipart/mixed; boundary=x"},
            b"--x\r\n\r\nnot http\r\n--x--",
            400,
        ),
        ("POST", "/BUCKET/n?uploadId=none", {}, b"<a/>", 404),
        ("POST", "/BUCKET/n?uploadId=none", {}, b"<Part>", 400),
        ("PUT", "/BUCKET/n?uploadId=none&partNumber=1", {}, b"x", 404),
        ("PUT", "/BUCKET/n?uploadId=none&partNumber=0", {}, b"x", 400),
        ("GET", "/nowhere/at/all", {}, b"", 404),
        ("PATCH", "/", {}, b"", 405),
        ("GET", "/storage/v1/b", {"Host": "evil.example"}, b"", 421),
    ],
)
def test_hostile_request_is_refused(
    server: Any, bucket: Any, method: str, path: str, headers: Any, body: bytes, status: int
) -> None:
    url = server.url + path.replace("BUCKET", bucket.name)
    answer = requests.request(method, url, headers=headers, data=body, timeout=10)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    "content_range",
    [
        "bytes 5-2/10",
        "bytes 0-99/3",
        "bytes 0-0/10",
        "bytes 300-302/303",
        "bytes 0-2/*",
        "bytes */3",
        "bytes 0-2/2",
        "bytes 99999999999999999999999-99999999999999999999999/*",
        "chapters 0-2/3",
        "",
    ],
)
def test_absurd_content_range_is_refused(bucket: Any, content_range: str) -> None:
    url = bucket.blob("absurd").create_resumable_upload_session()
    answer = requests.put(url, data=b"abc", headers={"Content-Range": content_range})
    assert answer.status_code == 400, answer.text
    assert not bucket.blob("absurd").exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"x-goog-encryption-key": "a2V5"},
        {"x-goog-encryption-algorithm": "AES256", "x-goog-encryption-key": "a2V5"},
        {"x-goog-encryption-algorithm": "AES256", "x-goog-encryption-key": "no base64!"},
        {
            "x-goog-encryption-algorithm": "AES256",
            "x-goog-encryption-key": "A" * 43 + "=",
            "x-goog-encryption-key-sha256": "of another",
        },
    ],
    ids=["no algorithm", "too short", "no base64", "another digest"],
)
def test_headers_that_hold_no_customers_key_are_refused(
    server: Any, bucket: Any, headers: dict[str, str]
) -> None:
    url = f"{server.url}/storage/v1/b/{bucket.name}/o/here?alt=media"
    assert requests.get(url, headers=headers).status_code == 400


def test_upload_cut_off_in_its_body_leaves_no_object(server: Any, bucket: Any) -> None:
    path = f"/upload/storage/v1/b/{bucket.name}/o?uploadType=media&name=cut"
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head.encode() + b"only this")
    assert not bucket.blob("cut").exists()


def test_garbage_instead_of_http_is_refused(server: Any) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"\x16\x03\x01\x00garbage\r\n\r\n")
        assert b" 400 " in connection.recv(1000)
