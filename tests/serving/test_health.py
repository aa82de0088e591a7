from __future__ import annotations

import pytest
from flask import Flask

from ml_api_kit.serving import health


def make_client(**checks):
    app = Flask("health")
    app.register_blueprint(health(checks))
    return app.test_client()


def broken() -> None:
    raise FileNotFoundError("the password is in model.bin")


def test_alive_and_ready() -> None:
    client = make_client(model=lambda: None, data=lambda: True)
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}


def test_failing_checks_are_named_and_their_reasons_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = make_client(model=broken, data=lambda: True, source=lambda: False)
    answered = client.get("/readyz")
    assert answered.status_code == 503
    assert answered.content_type == "application/problem+json"
    assert answered.json is not None
    assert answered.json["detail"] == "Not ready: model, source."
    assert "the password is in model.bin" in caplog.text
    assert client.get("/healthz").status_code == 200
