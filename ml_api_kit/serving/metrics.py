"""The metrics of an application, for Prometheus to collect."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask.sansio.blueprints import BlueprintSetupState

from ml_api_kit.decorators import handle_errors, rate_limit, token_required
from ml_api_kit.decorators.observed_app import OBSERVED
from ml_api_kit.decorators.request_counts import COUNTS, RequestCounts
from ml_api_kit.decorators.shared_folder import shared_folder
from ml_api_kit.decorators.switches import is_on
from ml_api_kit.serving.openapi import UNDESCRIBED
from ml_api_kit.serving.prometheus_text import CONTENT_TYPE, to_prometheus_text

_FOLDER = "metrics"


def metrics(*, models: tuple[str, ...] = (), needs_token: bool = False) -> Blueprint:
    """A blueprint with `GET /metrics`; to be registered once the models are loaded.

    `models` are the names of the models that the application has loaded. With `needs_token` the
    metrics are told only to who has a token. With `MLAPI_METRICS` off nothing is counted, and
    there is no such path.

    The numbers are those of all worker processes of the server; of a worker that ended, what it
    counted is kept. Another server than `serve` needs `MLAPI_SHARED_FOLDER` for that.

    >>> from flask import Flask
    >>> from ml_api_kit.decorators import ApiGuards
    >>> app = Flask("example")
    >>> app.register_blueprint(metrics(models=("prices",)))
    >>> guards = ApiGuards(app)
    >>> print(app.test_client().get("/metrics").text.splitlines()[-1])
    mlapi_workers 1
    """
    blueprint = Blueprint("metrics", __name__)

    def show() -> Response:
        """The metrics."""
        counts: RequestCounts = current_app.extensions[COUNTS]
        return current_app.response_class(
            to_prometheus_text(counts.read()), content_type=CONTENT_TYPE
        )

    view = rate_limit("unlimited")(handle_errors(show))
    view = token_required(view) if needs_token else view
    setattr(view, UNDESCRIBED, True)

    def count(state: BlueprintSetupState) -> None:
        config = state.app.config
        if not is_on(config, "MLAPI_METRICS", default=True):
            return
        folder = shared_folder(config)
        counts = RequestCounts(folder / _FOLDER if folder else None, models=models)
        state.app.extensions[COUNTS] = counts
        if OBSERVED in state.app.extensions:  # ApiGuards came first
            state.app.extensions[OBSERVED].recorder = counts
        state.add_url_rule("/metrics", "metrics", view, methods=["GET"])

    blueprint.record_once(count)
    return blueprint
