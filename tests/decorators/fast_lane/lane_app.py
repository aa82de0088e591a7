"""An application with views of every kind behind guards, all declared for the fast lane."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, current_app, g, request

from ml_api_kit.decorators import (
    ApiGuards,
    count_rows,
    fast_lane,
    handle_errors,
    hash_token,
    rate_limit,
    request_headers,
    request_id,
    request_json,
    request_query,
    request_token,
    token_required,
    validate_headers,
    validate_json,
    validate_query,
    validate_response,
    validate_schema,
)
from ml_api_kit.errors import RequestError
from ml_api_kit.serving import OrjsonProvider, metrics

TOKEN = "a-token-of-the-tests"

ROWS = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["rows"],
    "properties": {
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["grade"],
                "properties": {
                    "grade": {"type": "number", "maximum": 6, "default": 1},
                    "name": {"type": "string", "maxLength": 10},
                },
                "additionalProperties": False,
            },
        }
    },
}
LIMIT = {"type": "object", "properties": {"limit": {"type": "integer", "maximum": 9}}}
DATASET = {
    "type": "object",
    "required": ["X-Dataset"],
    "properties": {"X-Dataset": {"type": "string", "maxLength": 8}},
}


def answer_rows() -> dict[str, Any]:
    rows = request_json()["rows"]
    count_rows(len(rows))
    return {"count": len(rows), "whose": request_token().subject, "app": current_app.name}


def answer_query() -> list[Any]:
    g.limit = request_query().get("limit")
    return [g.limit, request_headers()["X-Dataset"]]


def answer_json() -> Any:
    """Whatever the body says: a value, an error, or what Flask makes an answer of."""
    value = request_json()
    makers: dict[str, Callable[[], Any]] = {
        "text": lambda: "text",
        "status": lambda: ({"made": True}, 201, {"X-Made": "yes"}),
        "response": lambda: Response(b"bytes", status=202, content_type="text/csv"),
        "stream": lambda: (part for part in ("one", "two")),
        "nothing": lambda: None,
        "unwritable": lambda: {"value": object()},
        "nan": lambda: {"value": float("nan"), "id": len(request_id())},
        "huge": lambda: {"value": 10**30},
        "abort": lambda: abort(418),
        "key": lambda: {}["missing"],
        "refused": lambda: refuse("this is not wanted"),
        "flask": lambda: {"method": request.method},
    }
    make = makers.get(value) if isinstance(value, str) else None
    return make() if make is not None else {"value": value}


def refuse(sentence: str) -> None:
    raise RequestError(sentence)


def make_app(*, is_on: bool, **config: Any) -> Flask:
    app = Flask("lane")
    app.json = OrjsonProvider(app)
    app.logger = logging.getLogger(f"lane.{is_on}.{id(app)}")
    app.logger.setLevel(logging.INFO)
    app.config.update(
        MLAPI_FAST_LANE=is_on, MLAPI_TOKEN_HASHES=[hash_token(TOKEN)], MLAPI_MAX_BODY_BYTES=2_000
    )
    app.config.update(config)
    add = app.add_url_rule
    rows = fast_lane(token_required(validate_schema(ROWS, fills_defaults=True)(answer_rows)))
    add("/v1/rows", "rows", handle_errors(validate_response(ROWS)(rows)), methods=["POST"])
    query = validate_headers(DATASET)(validate_query(LIMIT)(fast_lane(answer_query)))
    add("/v1/query", "query", query, methods=["GET"])
    add("/v1/json", "json", validate_json(fast_lane(answer_json)), methods=["POST", "PUT"])
    add("/v1/rows", "fewer", validate_query(LIMIT)(fast_lane(dict)), methods=["GET"])
    add("/v1/rare", "rare", rate_limit("3 per day")(fast_lane(dict)), methods=["GET"])
    app.register_blueprint(metrics())
    ApiGuards(app)
    return app
