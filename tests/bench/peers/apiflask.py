"""APIFlask with models of pydantic, the faster of the two kinds that it takes.

Source: https://apiflask.com/schema/
"""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask

from tests.bench.peers.pydantic_features import Answer, Features


def create_app() -> APIFlask:
    app = APIFlask(__name__)

    @app.post("/predict")
    @app.input(Features)
    @app.output(Answer)
    def predict(json_data: Features) -> dict[str, Any]:
        return {"number": json_data.feature_19, "text": json_data.feature_20}

    return app
