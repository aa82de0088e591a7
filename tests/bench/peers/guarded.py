"""ml-api-kit with all guards: token, schemas, rate limit, request id, line of the log, metrics."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from flask import Flask

from ml_api_kit.decorators import (
    ApiGuards,
    fast_lane,
    handle_errors,
    hash_token,
    rate_limit,
    request_json,
    token_required,
    validate_query,
    validate_response,
    validate_schema,
)
from ml_api_kit.serving import JsonLines, OrjsonProvider, metrics
from tests.bench.thirty_fields import SCHEMA

TOKEN = "a-token-of-the-benchmark"

_NO_QUERY = {"type": "object", "properties": {}, "additionalProperties": False}
_ANSWER = {
    "type": "object",
    "required": ["number", "text"],
    "properties": {"number": {"type": "number"}, "text": {"type": "string"}},
}


def create_app() -> Flask:
    if not logging.getLogger().handlers:  # `serve` sets the log, gunicorn does not
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonLines())
        logging.basicConfig(handlers=[handler], level=logging.INFO)
    app = Flask(__name__)
    app.json = OrjsonProvider(app)
    app.config["MLAPI_TOKEN_HASHES"] = [hash_token(TOKEN), hash_token("the token before it")]
    # `serve` gives its workers a folder to count in; to gunicorn it is told.
    app.config["MLAPI_SHARED_FOLDER"] = os.environ.get("MLAPI_SHARED_FOLDER")

    app.config["MLAPI_FAST_LANE"] = os.environ.get("MLAPI_FAST_LANE")

    @app.post("/predict")
    @handle_errors
    @token_required
    @rate_limit("1000000 per second")
    @validate_query(_NO_QUERY)
    @validate_schema(SCHEMA)
    @validate_response(_ANSWER)
    @fast_lane
    def predict() -> dict[str, Any]:
        body = request_json()
        return {"number": body["feature_19"], "text": body["feature_20"]}

    app.register_blueprint(metrics())
    ApiGuards(app)
    return app
