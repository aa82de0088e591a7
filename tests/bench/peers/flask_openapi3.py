"""flask-openapi3, whose models are pydantic's.

Source: https://luolingchun.github.io/flask-openapi3/
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_openapi3 import Info, OpenAPI

from tests.bench.peers.pydantic_features import Features


def create_app() -> Flask:
    app = OpenAPI(__name__, info=Info(title="Predictions", version="1"))

    @app.post("/predict")
    def predict(body: Features) -> dict[str, Any]:
        return {"number": body.feature_19, "text": body.feature_20}

    return app
