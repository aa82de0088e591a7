"""A small API behind every guard, for tests that need one over HTTP or over WSGI."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from ml_api_kit.decorators import ApiGuards, hash_token
from ml_api_kit.serving import OrjsonProvider, api_docs, health, metrics
from tests.serving.sample_views import add_views

TOKEN = "a-token-of-the-tests"
MAX_BODY_BYTES = 1_000_000


def create_app() -> Flask:
    app = Flask(__name__)
    app.json = OrjsonProvider(app)
    app.config.update(
        MLAPI_SCHEMA_FOLDER=Path(__file__).parent / "sample_schemas",
        MLAPI_TOKEN_HASHES=[hash_token(TOKEN), hash_token("the token before it")],
        MLAPI_MAX_BODY_BYTES=MAX_BODY_BYTES,
        MLAPI_RATE_LIMIT_STORAGE=os.environ.get("MLAPI_RATE_LIMIT_STORAGE"),
        MLAPI_FAST_LANE=os.environ.get("MLAPI_FAST_LANE"),
    )
    add_views(app)
    app.register_blueprint(health({"model": lambda: True}))
    app.register_blueprint(metrics(models=("means",)))
    app.register_blueprint(api_docs(title="Sample <API>", version="1.0"))
    ApiGuards(app)
    return app
