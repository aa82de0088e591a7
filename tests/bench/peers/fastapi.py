"""FastAPI.

Source: https://fastapi.tiangolo.com/tutorial/body/
"""

from __future__ import annotations

from fastapi import FastAPI

from tests.bench.peers.pydantic_features import Answer, Features


def create_app() -> FastAPI:
    app = FastAPI()

    @app.post("/predict")
    async def predict(features: Features) -> Answer:
        return Answer(number=features.feature_19, text=features.feature_20)

    return app
