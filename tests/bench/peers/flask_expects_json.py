"""Flask and flask-expects-json.

Source: https://github.com/Fischerfredl/flask-expects-json
"""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_expects_json import expects_json

from tests.bench.thirty_fields import SCHEMA


def create_app() -> Flask:
    app = Flask(__name__)

    @app.post("/predict")
    @expects_json(SCHEMA)
    def predict() -> dict[str, Any]:
        return {"number": g.data["feature_19"], "text": g.data["feature_20"]}

    return app
