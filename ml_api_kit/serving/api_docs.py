"""The API's description, and the page where a person reads it and tries it out."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, send_from_directory
from flask.blueprints import BlueprintSetupState

from ml_api_kit.decorators.start_checks import add_check
from ml_api_kit.errors import MlApiError
from ml_api_kit.serving.docs_page import CONTENT_SECURITY_POLICY, PAGE, START_SCRIPT
from ml_api_kit.serving.openapi import UNDESCRIBED, build_openapi

_EXTENSION = "ml_api_openapi"

_ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}


def api_docs(*, title: str, version: str) -> Blueprint:
    """A blueprint with `GET /openapi.json` and `GET /docs`.

    The description is OpenAPI 3.1. It is made once, from the routes of the application, the guards
    of its views and the schemas that they check by, so that it says what is checked. The page
    needs no network: Swagger UI comes from the installed package, under a strict policy.

    Where a schema cannot be described, `ApiGuards` says so at start-up, by a `SchemaError`: when it
    checks the application, or, where it is there already, when the blueprint is registered.
    """
    blueprint = Blueprint("api_docs", __name__)

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        """The API's description."""
        return current_app.response_class(
            _description(title=title, version=version), mimetype="application/json"
        )

    @blueprint.get("/docs")
    def docs() -> Response:
        """The page."""
        page = PAGE.replace("{title}", _escaped(title))
        response = current_app.response_class(page, mimetype="text/html")
        return _secured(response)

    @blueprint.get("/docs/<any('start.js', {}):name>".format(", ".join(map(repr, _ASSETS))))
    def asset(name: str) -> Response:
        """A file that the page is made of."""
        if name == "start.js":
            return _secured(current_app.response_class(START_SCRIPT, mimetype="text/javascript"))
        return _secured(send_from_directory(_swagger_ui(), name, mimetype=_ASSETS[name]))

    @blueprint.record_once
    def check(state: BlueprintSetupState) -> None:
        app: Flask = state.app  # type: ignore[assignment]
        # Tried and not kept: views may still be added.
        add_check(app, lambda app: build_openapi(app, title=title, version=version))

    for view in (openapi, docs, asset):
        setattr(view, UNDESCRIBED, True)
    return blueprint


def _description(*, title: str, version: str) -> bytes:
    import orjson

    made: bytes | None = current_app.extensions.get(_EXTENSION)
    if made is None:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        made = orjson.dumps(build_openapi(app, title=title, version=version))
        current_app.extensions[_EXTENSION] = made
    return made


def _secured(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@cache
def _swagger_ui() -> Path:
    # Found and not imported: only the files are wanted, not the package's own blueprint.
    spec = find_spec("flask_swagger_ui")
    folder = Path(spec.origin).parent / "dist" if spec and spec.origin else None
    if folder is None or not all((folder / name).is_file() for name in _ASSETS):
        found = installed_version("flask-swagger-ui") if spec else "none"
        raise MlApiError(
            f"Swagger UI's files are not in the package flask-swagger-ui (installed: {found});"
            " install flask-swagger-ui 5.32 or newer."
        )
    return folder


def _escaped(text: str) -> Any:
    from markupsafe import escape

    return str(escape(text))
