"""The application: endpoints behind their guards.

- `GET /v1/probabilities`: computed from the data source
- `POST /v1/probabilities`: computed for the students in the request
- `GET /docs`: a page to read it and to try it out, made from `GET /openapi.json`
- `GET /healthz` and `GET /readyz`: whether it is alive, and ready to answer
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, current_app
from ml_api_kit.decorators import (
    ApiGuards,
    handle_errors,
    request_json,
    request_query,
    token_required,
    validate_json,
    validate_query,
    validate_response,
    validate_schema,
)
from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.serving import OrjsonProvider, api_docs, health

from {{ cookiecutter.package_name }}.config import SCHEMA_FOLDER, Settings, load_settings
from {{ cookiecutter.package_name }}.prediction import ProbabilityModel, get_probabilities
from {{ cookiecutter.package_name }}.preparation import answers_in, fetch_answers

EXTENSION = "{{ cookiecutter.package_name }}"

v1 = Blueprint("v1", __name__, url_prefix="/v1")


@dataclass(frozen=True)
class Services:
    """What the endpoints work with, made once when the application starts."""

    settings: Settings
    model: ProbabilityModel
    accessor: BigQueryAccessor


def create_app(
    settings: Settings | None = None, *, accessor: BigQueryAccessor | None = None
) -> Flask:
    """Make the application.

    Args:
        settings: the settings; those of the environment when left out.
        accessor: the way to BigQuery; the one that the environment names when left out.

    Returns:
        The application, with its model loaded and its schemas compiled.

    Raises:
        ArtifactError: the model's artifacts are missing or were altered.
        SettingsError: a setting cannot be used, or no token is let in.
        SchemaError: a schema cannot be used.
    """
    settings = settings or load_settings(os.environ)
    app = Flask(__name__)
    app.json = OrjsonProvider(app)
    app.config.update(
        MLAPI_SCHEMA_FOLDER=SCHEMA_FOLDER,
        MLAPI_TOKEN_HASHES=settings.token_hashes,
        MLAPI_MAX_BODY_BYTES=settings.max_body_bytes,
    )
    model = ProbabilityModel(settings.artifacts_folder)
    accessor = accessor or BigQueryAccessor(timeout_s=settings.query_timeout_s)
    app.extensions[EXTENSION] = Services(settings, model, accessor)
    app.register_blueprint(v1)
    app.register_blueprint(health())
    app.register_blueprint(api_docs(title="{{ cookiecutter.project_name }}", version="1"))
    ApiGuards(app)
    return app


@v1.get("/probabilities")
@handle_errors
@token_required
@validate_query("page")
@validate_response("probabilities")
def list_probabilities() -> dict[str, Any]:
    """Probabilities of stored students.

    The students whose answers are stored, in the order of `student_id`, and for each the
    probabilities to answer each item correctly.
    """
    services = _services()
    rows = fetch_answers(
        services.accessor, table=services.settings.answers_table, **request_query()
    )
    return {"probabilities": get_probabilities(services.model, rows)}


@v1.post("/probabilities")
@handle_errors
@token_required
@validate_json
@validate_schema("students")
@validate_response("probabilities")
def compute_probabilities() -> dict[str, Any]:
    """Probabilities of the students in the request.

    For each student of the request the probabilities to answer each item correctly. Nothing is
    stored.
    """
    rows = answers_in(request_json())
    return {"probabilities": get_probabilities(_services().model, rows)}


def _services() -> Services:
    services: Services = current_app.extensions[EXTENSION]
    return services
