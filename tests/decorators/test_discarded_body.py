from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask, request

from ml_api_kit.decorators import ApiGuards
from ml_api_kit.decorators.discarded_body import DISCARDED_BYTES, discard_body


def left_of(body: bytes, **environ: Any) -> int:
    stream = BytesIO(body)
    discard_body({"wsgi.input": stream, **environ})
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
