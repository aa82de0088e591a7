"""A client that sends a large body and then listens hears why it was refused, and sees no reset."""

from __future__ import annotations

import json
import socket
import time
from contextlib import ExitStack, suppress

import pytest

from tests.serving.running_server import RunningServer
from tests.serving.sample_app import MAX_BODY_BYTES
from tests.serving.test_hostile_requests import GOOD, JSON, KNOWN, request

LARGE = b" " * 20_000_000
TEXT = KNOWN + b"Content-Type: text/plain\r\n"
# A larger one is too large, whatever its type.
ALMOST_TOO_LARGE = b" " * MAX_BODY_BYTES

REFUSED: dict[str, tuple[int, bytes]] = {
    "no token": (401, request(LARGE, headers=JSON)),
    "no token, chunked": (401, request(LARGE, headers=JSON, is_chunked=True)),
    "wrong token": (401, request(LARGE, headers=JSON + b"Authorization: Bearer x\r\n")),
    "path not known": (404, request(LARGE, start=b"POST /v1/nothing")),
    "path not known, chunked": (404, request(LARGE, start=b"PUT /v1/nothing", is_chunked=True)),
    "method not known": (405, request(LARGE, start=b"DELETE /v1/means")),
    "too large": (413, request(LARGE)),
    "too large, chunked": (413, request(LARGE, is_chunked=True)),
    "another media type": (415, request(ALMOST_TOO_LARGE, headers=TEXT)),
    "query of the wrong type": (422, request(LARGE, start=b"GET /v1/means?limit=ten")),
    "asked too often": (429, request(LARGE, start=b"GET /v1/rare")),
    "fault of the server": (500, request(LARGE, start=b"GET /v1/broken")),
}


@pytest.fixture(scope="module")
def worn_out(server: RunningServer) -> RunningServer:
    """The server, where a client has asked too often for what is rare."""
    while server.get_status("/v1/rare") != 429:
        pass
    return server


@pytest.mark.parametrize(("status", "data"), REFUSED.values(), ids=REFUSED)
def test_sender_of_a_large_body_hears_why_it_is_refused(
    worn_out: RunningServer, status: int, data: bytes
) -> None:
    for _ in range(3):
        answered, headers, body = worn_out.send(data)
        assert (answered, headers["content-type"]) == (status, "application/problem+json")
        assert json.loads(body)["status"] == status
    assert worn_out.send(request(GOOD))[0] == 200


def test_senders_that_stall_before_they_are_known_hold_up_nobody(server: RunningServer) -> None:
    """More than there are threads; they hear their answer when they end, or at once."""
    with ExitStack() as stack:
        for _ in range(12):
            raw = socket.create_connection(("127.0.0.1", server.port), timeout=5)
            stack.enter_context(raw).sendall(request(headers=JSON, length=900_000) + b" ")
        for _ in range(20):
            assert server.send(request(GOOD))[0] == 200
    assert eventually_answered(server, REFUSED["no token"][1]) == 401


def eventually_answered(server: RunningServer, data: bytes) -> int:
    """The status, once the server has seen that those who stalled are gone."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(ConnectionError):
            return server.send(data)[0]
    raise AssertionError("the connection was reset every time")
