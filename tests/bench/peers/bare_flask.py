"""Flask alone: the body is parsed, and nothing of it is checked."""

from __future__ import annotations

from typing import Any

from flask import Flask, request


def create_app() -> Flask:
    app = Flask(__name__)

    @app.post("/predict")
    def predict() -> dict[str, Any]:
        body = request.get_json()
        return {"number": body["feature_19"], "text": body["feature_20"]}

    return app
