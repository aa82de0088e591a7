"""Flask and flask-pydantic, which takes annotations that are classes, not their names.

Source: https://github.com/pallets-eco/flask-pydantic
"""

from flask import Flask
from flask_pydantic import validate

from tests.bench.peers.pydantic_features import Answer, Features


def create_app() -> Flask:
    app = Flask(__name__)

    @app.post("/predict")
    @validate()
    def predict(body: Features) -> Answer:
        return Answer(number=body.feature_19, text=body.feature_20)

    return app
