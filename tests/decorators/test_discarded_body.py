from __future__ import annotations

import threading
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, request

from ml_api_kit.decorators import ApiGuards, discarded_body
from ml_api_kit.decorators.discarded_body import DISCARDED_BYTES, discard_body


def left_of(body: bytes, *, status: int = 413, **environ: Any) -> int:
    stream = BytesIO(body)
    discard_body({"wsgi.input": stream, **environ}, status=status)
    return len(stream.read())


@pytest.mark.parametrize(
    ("environ", "left"),
    [
        ({"CONTENT_LENGTH": "100000"}, 0),
        ({"CONTENT_LENGTH": "60000"}, 40_000),  # what comes after it is not of this request
        ({"wsgi.input_terminated": True}, 0),
        ({}, 100_000),
        ({"CONTENT_LENGTH": "100000", "HTTP_EXPECT": "100-continue"}, 100_000),
        ({"CONTENT_LENGTH": str(DISCARDED_BYTES + 1)}, 100_000),
        ({"CONTENT_LENGTH": "9" * 5_000}, 100_000),
        ({"CONTENT_LENGTH": "ten"}, 100_000),
    ],
)
def test_body_is_thrown_away_as_far_as_it_is_known_to_go(
    environ: dict[str, Any], left: int
) -> None:
    assert left_of(b" " * 100_000, **environ) == left


@pytest.mark.parametrize("status", [401, 404, 405, 415, 429, 500])
@pytest.mark.parametrize("length", [{"CONTENT_LENGTH": "100000"}, {}], ids=["sized", "chunked"])
def test_body_of_another_refusal_is_thrown_away_where_its_end_is_known(
    status: int, length: dict[str, str]
) -> None:
    body = b" " * 100_000
    assert left_of(body, status=status, **length, **{"wsgi.input_terminated": True}) == 0
    assert left_of(body, status=status, **length) == 100_000


class Stalled:
    """A body that does not come, until it is told to end."""

    def __init__(self) -> None:
        self.is_asked, self.ends = threading.Event(), threading.Event()

    def read(self, size: int) -> bytes:
        self.is_asked.set()
        assert self.ends.wait(30)
        return b""


def test_senders_that_stall_hold_one_thread_and_no_more() -> None:
    stalled = Stalled()
    environ = {"wsgi.input": stalled, "wsgi.input_terminated": True, "CONTENT_LENGTH": "100000"}
    first = threading.Thread(target=discard_body, args=(environ,), kwargs={"status": 401})
    first.start()
    try:
        assert stalled.is_asked.wait(30)
        ends = {"wsgi.input_terminated": True}
        assert left_of(b" " * 100_000, status=401, **ends) == 100_000
        assert left_of(b" " * 100_000, status=413, **ends) == 0, "was let in, and is not held up"
    finally:
        stalled.ends.set()
        first.join()
    assert left_of(b" " * 100_000, status=401, **ends) == 0


def test_body_that_comes_bit_by_bit_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discarded_body, "DISCARDING_S", -1.0)
    left = left_of(b" " * 100_000, **{"wsgi.input_terminated": True})
    assert left == 100_000 - (1 << 16), "given up after the first part"


def test_no_more_is_read_than_has_an_end() -> None:
    assert left_of(b" " * (DISCARDED_BYTES + 5), **{"wsgi.input_terminated": True}) == 5


def test_view_without_guards_has_its_large_body_thrown_away_too() -> None:
    app = Flask("large")
    app.config["MLAPI_MAX_BODY_BYTES"] = 10
    app.add_url_rule("/", view_func=lambda: request.get_data(), methods=["POST"])
    ApiGuards(app)
    stream = BytesIO(b" " * 1_000)
    answered = app.test_client().post("/", input_stream=stream, content_length=1_000)
    assert answered.status_code == 413
    assert stream.read() == b""
