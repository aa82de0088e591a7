from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ml_api_kit.decorators.json_body import (
    check_media_type,
    decode_json,
    is_deeper,
    is_surely_shallow,
    read_body,
)
from ml_api_kit.errors import (
    MalformedJsonError,
    PayloadTooLargeError,
    RequestError,
    UnsupportedMediaTypeError,
)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/vnd.api+json",
        "application/json; profile=x",
    ],
)
def test_media_type_of_json_is_accepted(content_type: str) -> None:
    check_media_type(content_type)
    check_media_type(content_type, content_encoding="identity")


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/jsonp",
        "application/json, text/plain",
        "application/json, application/a+json",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "text/json",
    ],
)
def test_media_type_of_something_else_is_refused(content_type: str | None) -> None:
    with pytest.raises(UnsupportedMediaTypeError):
        check_media_type(content_type)


def test_compressed_body_is_refused() -> None:
    with pytest.raises(UnsupportedMediaTypeError, match="compressed"):
        check_media_type("application/json", content_encoding="gzip")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{'a': 1}",
        b'{"a": NaN}',
        b"[Infinity]",
        b"-Infinity",
        b"1e400",
        b"9" * 5_000,
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b"{} {}",
        b"[1,]",
        b"[" * 100_000,
        b"[" * 65 + b"]" * 65,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    ],
)
def test_body_that_is_not_one_json_value_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedJsonError) as caught:
        decode_json(body)
    assert len(str(caught.value)) < 200


def test_decode_accepts_the_deepest_that_is_allowed() -> None:
    assert decode_json(b"[" * 64 + b"]" * 64) is not None
    assert decode_json(b'["' + b"[" * 1_000 + b'"]') == ["[" * 1_000]


JSON = st.recursive(
    st.none() | st.text('[]{}"\\a', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("[{", max_size=2), inner),
    max_leaves=10,
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(JSON, st.integers(1, 5))
@example([{"a": []}], 2)
@example([[], [{}]], 2)
@example({"a": ["]["]}, 2)
def test_depth_is_measured_as_by_recursion(value: object, levels: int) -> None:
    import json

    assert is_deeper(value, levels) == (depth(value) > levels)
    if is_surely_shallow(json.dumps(value).encode(), levels):
        assert depth(value) <= levels


class Trickle(io.BytesIO):
    """A stream that gives few bytes at a time, and counts those it gave."""

    given = 0

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(min(1_000, size if size is not None and size >= 0 else 1_000))
        self.given += len(part)
        return part


def test_body_is_read_to_its_length_or_its_end() -> None:
    assert read_body(Trickle(b"x" * 5_000), length=4_500, limit_bytes=9_999) == b"x" * 4_500
    assert read_body(Trickle(b"x" * 5_000), length=None, limit_bytes=5_000) == b"x" * 5_000


def test_body_that_says_it_is_too_large_is_not_read() -> None:
    stream = Trickle(b"x" * 5_000)
    with pytest.raises(PayloadTooLargeError, match="4999 bytes"):
        read_body(stream, length=5_000, limit_bytes=4_999)
    assert stream.given == 0


def test_body_without_length_is_read_to_its_limit_only() -> None:
    stream = Trickle(b"x" * 1_000_000)
    with pytest.raises(PayloadTooLargeError):
        read_body(stream, length=None, limit_bytes=4_999)
    assert stream.given == 5_000


def test_body_that_ends_early_is_refused() -> None:
    with pytest.raises(RequestError, match="ended after 3 of its 9 bytes"):
        read_body(io.BytesIO(b"[1,"), length=9, limit_bytes=100)
