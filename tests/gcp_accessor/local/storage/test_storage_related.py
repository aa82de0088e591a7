import io
import random

import pytest

from ml_api_kit.gcp_accessor.local.storage.related import RelatedBody
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError


def body_of(content: bytes, *, eol: bytes = b"\r\n", boundary: bytes = b"bound") -> bytes:
    lines = [
        b"--" + boundary,
        b"Content-Type: application/json",
        b"",
        b'{"name": "a"}',
        b"--" + boundary,
        b"content-type: text/csv",
        b"",
        content,
        b"--" + boundary + b"--",
        b"",
    ]
    return eol.join(lines)


def parse(raw: bytes, content_type: str = "multipart/related; boundary=bound") -> list[bytes]:
    body = RelatedBody(io.BytesIO(raw), content_type)
    return [body.metadata(), (body.content_type or "").encode(), b"".join(body.content())]


@pytest.mark.parametrize("eol", [b"\r\n", b"\n"])
@pytest.mark.parametrize(
    "content", [b"", b"a", b"--boun", b"\r\n--boun", b"\r\n\r\n", b"x" * (3 << 20), b"--\r\n"]
)
def test_parts_come_out_as_they_went_in(eol: bytes, content: bytes) -> None:
    assert parse(body_of(content, eol=eol)) == [b'{"name": "a"}', b"text/csv", content]


def test_parts_are_told_apart_wherever_the_blocks_end() -> None:
    chosen = random.Random(0)
    for _ in range(50):
        size = (1 << 20) - chosen.randrange(0, 400)
        content = chosen.randbytes(size)
        assert parse(body_of(content))[2] == content


def test_boundary_may_be_quoted() -> None:
    raw = body_of(b"a", boundary=b"b c:1")
    assert parse(raw, 'multipart/related; boundary="b c:1"')[2] == b"a"
    assert parse(body_of(b"a", boundary=b"=b="), "multipart/related; boundary==b=")[2] == b"a"


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (body_of(b"a"), "text/plain"),
        (body_of(b"a"), "multipart/related"),
        (body_of(b"a"), "multipart/related; boundary=other"),
        (body_of(b"a")[:-10], "multipart/related; boundary=bound"),
        (b"--bound\r\n\r\n{}\r\n--bound--\r\n", "multipart/related; boundary=bound"),
        (b"before" + body_of(b"a"), "multipart/related; boundary=bound"),
    ],
)
def test_body_of_another_form_is_refused(raw: bytes, content_type: str) -> None:
    with pytest.raises(StorageApiError) as caught:
        parse(raw, content_type)
    assert caught.value.status == 400
