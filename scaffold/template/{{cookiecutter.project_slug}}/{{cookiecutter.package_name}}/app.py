"""The application: endpoints behind their guards.

- `GET /v1/{{ cookiecutter._api.noun }}`: computed from the data source
{% if cookiecutter._api.has_rows %}
- `POST /v1/{{ cookiecutter._api.noun }}`: computed for the {% if cookiecutter._api.is_converted %}rows{% else %}students{% endif %} in the request
{% endif %}
- `GET /docs`: a page to read it and to try it out, made from `GET /openapi.json`
- `GET /healthz` and `GET /readyz`: whether it is alive, and ready to answer
- `GET /metrics`: what it has answered, for Prometheus
"""

from __future__ import annotations

import os
from dataclasses import dataclass
{% if cookiecutter._api.is_converted and cookiecutter._api.has_rows %}
from functools import partial
{% endif %}
from typing import Any

from flask import Blueprint, Flask, current_app
from ml_api_kit.decorators import (
    ApiGuards,
    count_rows,
{% if cookiecutter._api.has_rows %}
    fast_lane,
{% endif %}
    handle_errors,
{% if cookiecutter._api.has_rows %}
    request_json,
{% endif %}
    request_query,
    token_required,
{% if cookiecutter._api.has_rows %}
    validate_json,
{% endif %}
    validate_query,
    validate_response,
{% if cookiecutter._api.has_rows %}
    validate_schema,
{% endif %}
)
from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.serving import OrjsonProvider, api_docs, health, metrics

from {{ cookiecutter.package_name }}.config import SCHEMA_FOLDER, Settings, load_settings
{% if cookiecutter._api.is_converted %}
from {{ cookiecutter.package_name }}.prediction import {{ cookiecutter._api.model_class }}, get_{{ cookiecutter._api.noun }}
from {{ cookiecutter.package_name }}.preparation import {% if cookiecutter._api.has_rows %}answered, fetch_rows, rows_in, stored_answers{% else %}page_of{% endif %}

{% else %}
from {{ cookiecutter.package_name }}.prediction import ProbabilityModel, get_probabilities
from {{ cookiecutter.package_name }}.preparation import answers_in, fetch_answers
{% endif %}

EXTENSION = "{{ cookiecutter.package_name }}"

v1 = Blueprint("v1", __name__, url_prefix="/v1")


@dataclass(frozen=True)
class Services:
    """What the endpoints work with, made once when the application starts."""

    settings: Settings
    model: {{ cookiecutter._api.model_class }}
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
        settings.tokens,
        MLAPI_SCHEMA_FOLDER=SCHEMA_FOLDER,
        MLAPI_MAX_BODY_BYTES=settings.max_body_bytes,
        MLAPI_ACCESS_LOG=settings.access_log,
        MLAPI_FAST_LANE=settings.fast_lane,
        MLAPI_METRICS=settings.metrics,
        MLAPI_RATE_LIMIT=settings.rate_limit,
        MLAPI_RATE_LIMIT_STORAGE=settings.rate_limit_storage,
    )
    model = {{ cookiecutter._api.model_class }}(settings.artifacts_folder)
    accessor = accessor or BigQueryAccessor(timeout_s=settings.query_timeout_s)
    app.extensions[EXTENSION] = Services(settings, model, accessor)
    app.register_blueprint(v1)
    app.register_blueprint(health())
    app.register_blueprint(metrics(models=("{{ cookiecutter._api.noun }}",), needs_token=True))
    app.register_blueprint(api_docs(title="{{ cookiecutter.project_name }}", version="1"))
    ApiGuards(app)
    return app


{% if cookiecutter._api.is_converted %}
@v1.get("/{{ cookiecutter._api.noun }}")
@handle_errors
@token_required
@validate_query("page")
@validate_response("{{ cookiecutter._api.noun }}")
def list_{{ cookiecutter._api.noun }}() -> dict[str, Any]:
{% if cookiecutter._api.has_rows %}
    """{{ cookiecutter._api.noun_words | capitalize }} of the data source.

    The rows of the data source, in the order of `row_id`, and the {{ cookiecutter._api.answer_words }} of each.
    """
    services = _services()
    table = services.settings.{{ cookiecutter._api.table_setting }}
    rows = fetch_rows(services.accessor, table=table, **request_query())
    answer = partial(get_{{ cookiecutter._api.noun }}, services.model)
    answers = stored_answers(answer, rows)
    count_rows(len(answers))
    return {"{{ cookiecutter._api.noun }}": answers}


@v1.post("/{{ cookiecutter._api.noun }}")
@handle_errors
@token_required
@validate_json
@validate_schema("rows")
@validate_response("{{ cookiecutter._api.noun }}")
@fast_lane
def compute_{{ cookiecutter._api.noun }}() -> dict[str, Any]:
    """{{ cookiecutter._api.noun_words | capitalize }} of the rows in the request.

    The {{ cookiecutter._api.answer_words }} of each row of the request, in their order. Nothing is stored.
    """
    rows = rows_in(request_json())
    answer = partial(get_{{ cookiecutter._api.noun }}, _services().model)
    answers = answered(answer, rows)
    count_rows(len(answers))
    return {"{{ cookiecutter._api.noun }}": answers}
{% else %}
    """{{ cookiecutter._api.noun_words | capitalize }} as the notebook ends in them.

    What the research code computed from its whole data source, in the order of `row_id`. It answers
    no rows of a request: each result depends on all rows.
    """
    results = get_{{ cookiecutter._api.noun }}(_services().model)
    answers = page_of(results, **request_query())
    count_rows(len(answers))
    return {"{{ cookiecutter._api.noun }}": answers}
{% endif %}
{% else %}
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
    probabilities = get_probabilities(services.model, rows)
    count_rows(len(probabilities))
    return {"probabilities": probabilities}


@v1.post("/probabilities")
@handle_errors
@token_required
@validate_json
@validate_schema("students")
@validate_response("probabilities")
@fast_lane
def compute_probabilities() -> dict[str, Any]:
    """Probabilities of the students in the request.

    For each student of the request the probabilities to answer each item correctly. Nothing is
    stored.
    """
    rows = answers_in(request_json())
    probabilities = get_probabilities(_services().model, rows)
    count_rows(len(probabilities))
    return {"probabilities": probabilities}
{% endif %}


def _services() -> Services:
    services: Services = current_app.extensions[EXTENSION]
    return services
