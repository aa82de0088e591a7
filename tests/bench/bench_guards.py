"""What each guard adds to a request: microseconds of CPU time, for a body of 30 fields.

Every contender answers the same POST through WSGI in this process, in turn, round by round.
"""

from __future__ import annotations

import io
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import jsonschema
from flask import Flask, request

from ml_api_kit.decorators import (
    ApiGuards,
    handle_errors,
    hash_token,
    rate_limit,
    request_json,
    token_required,
    validate_json,
    validate_query,
    validate_response,
    validate_schema,
)
from ml_api_kit.serving import JsonLines, metrics
from tests.bench.interleave import compare, format_comparisons, interleave
from tests.bench.thirty_fields import BODY, SCHEMA

BARE = "bare view, body not read"
ROUNDS = 15
REQUESTS_PER_ROUND = 200
SLOW_REQUESTS_PER_ROUND = 5
TOKEN = "a-token-of-the-benchmark"

SHARED_FOLDER = mkdtemp(prefix="mlapi-bench-")

Contender = Callable[[], float]


def answer_body() -> dict[str, bool]:
    return {"ok": bool(request_json())}


def answer_parsed() -> dict[str, bool]:
    return {"ok": bool(request.get_json())}


def answer() -> dict[str, bool]:
    return {"ok": True}


def checked_per_call() -> dict[str, bool]:
    jsonschema.validate(request.get_json(), SCHEMA)
    return {"ok": True}


def contenders() -> dict[str, Contender]:
    query = {"properties": {"limit": {"type": "integer"}}}
    response = {"type": "object", "required": ["ok"]}
    everything = validate_schema(SCHEMA)(answer_body)
    for decorate in (validate_query(query), validate_response(response), token_required):
        everything = decorate(everything)
    return {
        BARE: contender(answer, is_guarded=False),
        "bare view, request.get_json()": contender(answer_parsed, is_guarded=False),
        "ApiGuards alone (request id)": contender(answer),
        "access log": contender(answer, logs=True),
        "metrics": contender(answer, counts=True),
        "rate_limit": contender(rate_limit("1000000 per second")(answer)),
        "handle_errors": contender(handle_errors(answer)),
        "token_required": contender(token_required(answer)),
        "validate_query": contender(validate_query(query)(answer)),
        "validate_json": contender(validate_json(answer_body)),
        "validate_schema": contender(validate_schema(SCHEMA)(answer_body)),
        "validate_response": contender(validate_response(response)(answer)),
        "all of them": contender(handle_errors(everything)),
        "all of them, log and metrics": contender(
            handle_errors(everything), logs=True, counts=True
        ),
        "all of them, log, metrics and rate_limit": contender(
            rate_limit("1000000 per second")(handle_errors(everything)), logs=True, counts=True
        ),
        "jsonschema.validate per call": contender(
            checked_per_call, is_guarded=False, requests=SLOW_REQUESTS_PER_ROUND
        ),
    }


def contender(
    view: Callable[[], Any],
    *,
    is_guarded: bool = True,
    logs: bool = False,
    counts: bool = False,
    requests: int = REQUESTS_PER_ROUND,
) -> Contender:
    app = Flask("bench")
    app.logger = logger(is_on=logs)
    app.config["MLAPI_SHARED_FOLDER"] = SHARED_FOLDER
    app.config["MLAPI_TOKEN_HASHES"] = [hash_token(TOKEN), hash_token("another")]
    app.add_url_rule("/predict", "predict", view, methods=["POST"])
    if counts:
        app.register_blueprint(metrics())
    if is_guarded:
        ApiGuards(app)
    environ = app.test_client().get("/").request.environ | {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/predict",
        "QUERY_STRING": "limit=3",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(BODY)),
        "HTTP_AUTHORIZATION": f"Bearer {TOKEN}",
    }
    for key in [key for key in environ if key.startswith(("ml_api_kit.", "werkzeug."))]:
        del environ[key]

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        if not status.startswith("200"):
            raise SystemExit(f"{view.__name__} answered {status}")

    def round_us() -> float:
        start = time.process_time()
        for _ in range(requests):
            answered = app.wsgi_app({**environ, "wsgi.input": io.BytesIO(BODY)}, start_response)
            b"".join(answered)
        return (time.process_time() - start) / requests * 1e6

    return round_us


def logger(*, is_on: bool) -> logging.Logger:
    """One that writes lines of JSON to nowhere, as the server's own does to standard output."""
    made = logging.Logger("bench", logging.INFO if is_on else logging.WARNING)
    handler = logging.StreamHandler(Path(os.devnull).open("w"))  # noqa: SIM115 - as long as it
    handler.setFormatter(JsonLines())
    made.addHandler(handler)
    return made


def main() -> None:
    """Print every contender beside the bare view that does not read its body."""
    measured = interleave(contenders(), rounds=ROUNDS)
    print("One request of 30 fields, through WSGI in one process\n")
    print(format_comparisons(compare(measured, baseline=BARE), unit="µs"))
    rmtree(SHARED_FOLDER)


if __name__ == "__main__":
    main()
