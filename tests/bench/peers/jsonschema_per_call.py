"""Flask, and `jsonschema.validate` in the view: the schema is checked and compiled anew each time.

Source: https://python-jsonschema.readthedocs.io/en/stable/
"""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from jsonschema import ValidationError, validate

from tests.bench.thirty_fields import SCHEMA


def create_app() -> Flask:
    app = Flask(__name__)

    @app.errorhandler(ValidationError)
    def refuse(error: ValidationError) -> tuple[dict[str, Any], int]:
        return {"error": error.message}, 400

    @app.post("/predict")
    def predict() -> dict[str, Any]:
        body = request.get_json()
        validate(instance=body, schema=SCHEMA)
        return {"number": body["feature_19"], "text": body["feature_20"]}

    return app
