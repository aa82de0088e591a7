"""Answers a batch: up to 100 requests about metadata in one.

Source: https://cloud.google.com/storage/docs/batch
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.bodies import StorageRequest, small_body
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid

_MOST_REQUESTS = 100


def batch_view(request: Request, answer: Callable[[Request], Response]) -> Response:
    """The answers that `answer` gives to the requests in the body, in order.

    Raises StorageApiError: 400 for a body of another form, or with more than 100 requests.
    """
    parts = _parts(request)
    boundary = f"batch_{uuid.uuid4().hex}"
    body = b"".join(_answered(request, part, boundary, answer) for part in parts)
    return Response(
        body + f"--{boundary}--\r\n".encode(),
        content_type=f"multipart/mixed; boundary={boundary}",
    )


def _parts(request: Request) -> list[Message]:
    header = f"Content-Type: {request.headers.get('Content-Type', '')}\r\n\r\n"
    parsed = BytesParser().parsebytes(header.encode("latin-1") + small_body(request))
    payload = parsed.get_payload()
    if not isinstance(payload, list) or not payload:
        raise invalid("The body of a batch must be multipart/mixed.")
    if len(payload) > _MOST_REQUESTS:
        raise invalid(f"A batch may hold {_MOST_REQUESTS} requests, this one has {len(payload)}.")
    return [part for part in payload if isinstance(part, Message)]


def _answered(
    request: Request, part: Message, boundary: str, answer: Callable[[Request], Response]
) -> bytes:
    response = answer(_inner_request(request, part))
    status = response.status_code
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    content_id = (part.get("Content-ID") or "").strip("<>\r\n ")
    head = (
        f"--{boundary}\r\nContent-Type: application/http\r\n"
        f"Content-ID: <response-{content_id}>\r\n\r\n"
        f"HTTP/1.1 {status} {phrase}\r\n"
        f"Content-Type: {response.content_type}\r\n\r\n"
    )
    body = response.get_data()
    response.close()
    return head.encode() + body + b"\r\n"


def _inner_request(request: Request, part: Message) -> Request:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        raise invalid("Every part of a batch must be application/http.")
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    words = head.partition(b"\n")[0].decode("latin-1").split(" ")
    if len(words) < 2 or "/storage/v1/b" not in words[1] or "/upload/" in words[1]:
        raise invalid("Every part of a batch must be one request about metadata.")
    path, _, query = words[1].partition("?")
    path = path[path.index("/storage/v1/b") :]
    builder = EnvironBuilder(
        method=words[0], base_url=request.host_url, query_string=query, data=body.strip()
    )
    environ = builder.get_environ()
    # The path goes as it came: decoding it would make slashes of every %2F.
    environ["REQUEST_URI"] = f"{path}?{query}"
    return StorageRequest(environ)
