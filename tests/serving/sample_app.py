"""A small API behind every guard, for tests that need one over HTTP or over WSGI."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, g

from ml_api_kit.decorators import (
    ApiGuards,
    count_rows,
    hash_token,
    rate_limit,
    request_json,
    request_query,
    token_required,
    validate_query,
    validate_response,
    validate_schema,
)
from ml_api_kit.serving import OrjsonProvider, api_docs, health, metrics

TOKEN = "a-token-of-the-tests"
MAX_BODY_BYTES = 1_000_000


def create_app() -> Flask:
    app = Flask(__name__)
    app.json = OrjsonProvider(app)
    app.config.update(
        MLAPI_SCHEMA_FOLDER=Path(__file__).parent / "sample_schemas",
        MLAPI_TOKEN_HASHES=[hash_token(TOKEN), hash_token("the token before it")],
        MLAPI_MAX_BODY_BYTES=MAX_BODY_BYTES,
    )
    add_views(app)
    app.register_blueprint(health({"model": lambda: True}))
    app.register_blueprint(metrics(models=("means",)))
    app.register_blueprint(api_docs(title="Sample <API>", version="1.0"))
    ApiGuards(app)
    return app


def add_views(app: Flask) -> None:
    @app.post("/v1/means")
    @token_required
    @validate_schema("answers")
    @validate_response("means")
    def post_means() -> dict[str, Any]:
        """The mean grade of the students in the request.

        Every student counts once.

        Returns:
            Not described.
        """
        count_rows(len(request_json()["students"]))
        grades = [student["grade"] for student in request_json()["students"]]
        return {"mean": sum(grades) / len(grades), "count": len(grades)}

    @app.get("/v1/means")
    @validate_query("paging")
    @validate_response("means")
    def get_means() -> dict[str, Any]:
        """The mean grade of the first students."""
        return {"mean": 1.5, "count": request_query()["limit"]}

    @app.get("/v1/students/<int:number>")
    @token_required
    @validate_response({"type": "object", "required": ["number"]})
    def get_student(number: int) -> dict[str, Any]:
        """One student."""
        return {"number": number}

    @app.get("/v1/rare")
    @rate_limit("50 per hour")
    def get_rare() -> dict[str, Any]:
        """An answer that there are few of."""
        return {"is_rare": True}

    @app.get("/v1/slow")
    def get_slow() -> dict[str, Any]:
        """An answer that takes a second."""
        time.sleep(1)
        return {"slept_s": 1}

    @app.get("/v1/broken")
    def get_broken() -> dict[str, Any]:
        """An answer that never comes."""
        raise KeyError("the password of the database")

    @app.get("/v1/half")
    def get_half() -> Response:
        """An answer that breaks off."""

        def body() -> Iterator[bytes]:
            yield b"half"
            raise ValueError("no more")

        return Response(body())

    @app.get("/v1/unclean")
    def get_unclean() -> dict[str, Any]:
        """An answer whose request cannot be cleaned up."""
        g.is_unclean = True
        return {}

    @app.teardown_request
    def clean_up(error: BaseException | None) -> None:
        if g.pop("is_unclean", False):
            raise OSError("the connection pool is gone")
