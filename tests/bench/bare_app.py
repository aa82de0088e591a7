"""Flask views without guards, to hold the generated application against.

It runs in the folder of a generated project, whose model it uses.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, request


def create_app() -> Flask:
    """An application with a view that does nothing, and one that predicts unguarded."""
    from student_api.config import Settings
    from student_api.prediction import ProbabilityModel, get_probabilities
    from student_api.preparation import answers_in

    app = Flask(__name__)
    model = ProbabilityModel(Settings.artifacts_folder)

    @app.get("/ready")
    def ready() -> dict[str, Any]:
        return {"ready": True}

    @app.post("/bare")
    def bare() -> dict[str, Any]:
        return {"students": len(request.get_json()["students"])}

    @app.post("/predict")
    def predict() -> dict[str, Any]:
        return {"probabilities": get_probabilities(model, answers_in(request.get_json()))}

    return app
