"""flask-smorest, whose schemas are marshmallow's.

marshmallow refuses unknown fields by itself, and reads a text that spells a number as that number.

Source: https://flask-smorest.readthedocs.io/en/latest/quickstart.html
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields, validate

from tests.bench.thirty_fields import MAX_LENGTH, MINIMUM, NUMBERS, TEXTS

FeaturesSchema = Schema.from_dict(
    {
        **{
            name: fields.Float(required=True, validate=validate.Range(min=MINIMUM))
            for name in NUMBERS
        },
        **{
            name: fields.String(required=True, validate=validate.Length(max=MAX_LENGTH))
            for name in TEXTS
        },
    },
    name="FeaturesSchema",
)
AnswerSchema = Schema.from_dict(
    {"number": fields.Float(), "text": fields.String()}, name="AnswerSchema"
)


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.update(API_TITLE="Predictions", API_VERSION="v1", OPENAPI_VERSION="3.0.2")
    blueprint = Blueprint("predictions", __name__)

    @blueprint.post("/predict")
    @blueprint.arguments(FeaturesSchema)
    @blueprint.response(200, AnswerSchema)
    def predict(features: dict[str, Any]) -> dict[str, Any]:
        return {"number": features["feature_19"], "text": features["feature_20"]}

    Api(app).register_blueprint(blueprint)
    return app
