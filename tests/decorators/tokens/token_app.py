"""An application behind tokens of all kinds, for tests over HTTP; the environment configures it."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask

from ml_api_kit.decorators import (
    ApiGuards,
    request_token,
    token_config,
    token_required,
)
from ml_api_kit.serving import OrjsonProvider, health


def create_app() -> Flask:
    app = Flask(__name__)
    app.json = OrjsonProvider(app)
    app.config.update(token_config(os.environ))
    app.add_url_rule("/whose", view_func=token_required(whose))
    app.add_url_rule("/write", "write", token_required(scopes=("write",))(whose))
    app.register_blueprint(health())
    ApiGuards(app)
    return app


def whose() -> dict[str, Any]:
    """Whose token it is."""
    token = request_token()
    return {"kind": token.kind, "subject": token.subject}
