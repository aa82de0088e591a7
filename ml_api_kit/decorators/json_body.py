"""The JSON value in a request's body, or the reason why there is none."""

from __future__ import annotations

import json
from typing import Any, Protocol

import orjson

from ml_api_kit.decorators.json_text import has_altered_number, has_repeated_key, repeated_key
from ml_api_kit.errors import (
    MalformedJsonError,
    PayloadTooLargeError,
    RequestError,
    UnsupportedMediaTypeError,
)
from ml_api_kit.schemas.wording import short_name

#: How deep orjson reads nested arrays and objects; a body that is deeper is an error to it.
DECODED_LEVELS = 1024

_READ_BYTES = 1 << 16
_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Readable(Protocol):
    """A stream of bytes, such as `wsgi.input`."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


def check_media_type(content_type: str | None, *, content_encoding: str | None = None) -> None:
    """Nothing, where a body of `content_type` is plain JSON in UTF-8.

    `application/json` and every `application/…+json` are JSON; a `charset` may only be UTF-8.

    Raises UnsupportedMediaTypeError: when the body is declared to be something else, or nothing.

    Source: RFC 8259, section 8.1 (UTF-8); RFC 6839, section 3.1 (`+json`).

    >>> check_media_type("application/json; charset=utf-8")
    """
    if content_type == "application/json" and content_encoding is None:
        return  # what nearly every request says
    kind, *parameters = (part.strip().lower() for part in (content_type or "").split(";"))
    if kind != "application/json" and not (
        kind.startswith("application/") and kind.endswith("+json") and "," not in kind
    ):
        raise UnsupportedMediaTypeError(
            "The body must be JSON; send it with the header Content-Type: application/json."
        )
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8"):
            raise UnsupportedMediaTypeError(
                "JSON is exchanged in UTF-8; encode the body so, and name no other charset."
            )
    if (content_encoding or "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("The body is compressed; send it as it is.")


def decode_json(body: bytes, *, max_depth: int = 64) -> Any:
    """The JSON value that `body` holds.

    Raises MalformedJsonError: when there is no body, or it is not one JSON value in UTF-8: a byte
    order mark, NaN, a lone surrogate or a number beyond a float's range makes it none. Also when
    arrays and objects are nested more than `max_depth` deep, when an object has a key twice, and
    when a whole number past 64 bits could only be kept as another one.

    Source: RFC 8259; RFC 7493 (I-JSON), section 2.

    >>> decode_json(b'{"item": 1}')
    {'item': 1}
    """
    if not body:
        raise MalformedJsonError("There is no body; send one JSON value.")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedJsonError(_fault(body, error)) from None
    if not is_surely_shallow(body, max_depth) and is_deeper(value, max_depth):
        raise MalformedJsonError(
            f"The body is nested too deep; at most {max_depth} levels of arrays and objects."
        )
    if has_repeated_key(body, value):
        raise MalformedJsonError(
            f"The body has the key {short_name(repeated_key(body))} several times in one object;"
            " send each key once."
        )
    if has_altered_number(body):
        raise MalformedJsonError(
            "The body holds a whole number that does not fit into 64 bits; send it as a text, or"
            " rounded as a float."
        )
    return value


def _fault(body: bytes, error: json.JSONDecodeError) -> str:
    place = f"at line {error.lineno}, column {error.colno}"
    start = body.decode("utf-8", "replace")[error.pos : error.pos + 9].lstrip("+-")
    if start.startswith(("NaN", "Inf", "nan", "inf")):
        return f"The body is not valid JSON: JSON has no NaN and no infinity, {place}; send null."
    return f"The body is not valid JSON: {error.msg}, {place}."


def is_surely_shallow(body: bytes, levels: int) -> bool:
    """True where the brackets of the JSON text `body` cannot be nested more than `levels` deep.

    Innermost pairs are struck out, level by level, at the speed of a byte search. Brackets inside
    of strings may not pair up; the answer is then False though the value is shallow.

    >>> is_surely_shallow(b'[{"a": []}]', 3), is_surely_shallow(b'[{"a": []}]', 2)
    (True, False)
    """
    if body.count(b"[") + body.count(b"{") <= levels:
        return True
    brackets = body.translate(_AS_SQUARE, _NO_BRACKETS)
    for _ in range(levels):
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return True
    return False


def is_deeper(value: object, levels: int) -> bool:
    """True where arrays and objects are nested more than `levels` deep in `value`.

    >>> is_deeper([[]], 2), is_deeper([[]], 1)
    (False, True)
    """
    level = [value] if isinstance(value, dict | list) else []
    while level and levels:
        levels -= 1
        level = [
            part
            for container in level
            for part in (container.values() if isinstance(container, dict) else container)
            if isinstance(part, dict | list)
        ]
    return bool(level)


def read_body(stream: Readable, *, length: int | None, limit_bytes: int) -> bytes:
    """The body in `stream`, of `length` bytes, or up to its end where the length is None.

    No more than `limit_bytes` and a little are ever held.

    Raises PayloadTooLargeError: when the body is, or says it is, larger than `limit_bytes`.
    Raises RequestError: when it ends before its length.
    """
    if length is not None and length > limit_bytes:
        raise PayloadTooLargeError(limit_bytes)
    wanted = limit_bytes + 1 if length is None else length
    body = stream.read(wanted)
    if len(body) < wanted:
        body = _read_on(stream, body, wanted)
    if length is None and len(body) > limit_bytes:
        raise PayloadTooLargeError(limit_bytes)
    if length is not None and len(body) < length:
        raise RequestError(f"The body ended after {len(body)} of its {length} bytes.")
    return body


def _read_on(stream: Readable, body: bytes, wanted: int) -> bytes:
    parts, held = [body], len(body)
    while held < wanted and (part := stream.read(min(wanted - held, _READ_BYTES))):
        parts.append(part)
        held += len(part)
    return b"".join(parts)
