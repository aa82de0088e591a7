"""Settings that cannot hold are refused when the application starts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ml_api_kit.decorators import ApiGuards, request_json, validate_json
from ml_api_kit.decorators.guard_settings import GUARD_SETTINGS
from ml_api_kit.decorators.json_body import DECODED_LEVELS
from ml_api_kit.errors import SettingsError

PACKAGE = Path(__file__).parents[2] / "ml_api_kit"


def start(**config: Any) -> Flask:
    app = Flask("settings")
    app.config.update(config)
    app.add_url_rule("/", view_func=validate_json(lambda: [request_json()]), methods=["POST"])
    ApiGuards(app)
    return app


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("MLAPI_RATE_LIMT", "MLAPI_RATE_LIMIT"),
        ("MLAPI_RATE_LIMITS", "MLAPI_RATE_LIMIT"),
        ("MLAPI_SHARED_FOLDERS", "MLAPI_SHARED_FOLDER"),
        ("MLAPI_MAX_BODY_BYTE", "MLAPI_MAX_BODY_BYTES"),
        ("MLAPI_ACESS_LOG", "MLAPI_ACCESS_LOG"),
    ],
)
def test_misspelt_setting_is_refused_with_the_one_that_is_meant(name: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is .*, and set {meant}[.]"):
        start(**{name: "x"})


def test_settings_of_something_else_are_left_alone() -> None:
    app = start(
        MLAPI_GCP_BACKEND="local",
        MLAPI_GCP_PROJECT="p",
        MLAPI_LOCAL_FOLDER="f",
        MLAPI_MAXIMUM_BYTES_BILLED="1",
        MLAPI_OWN="x",
    )
    assert app.test_client().post("/", json=1).json == [1]


def test_every_setting_that_the_guards_read_is_known() -> None:
    read = {
        name
        for part in ("decorators", "serving")
        for path in (PACKAGE / part).rglob("*.py")
        for name in re.findall(r"MLAPI_[A-Z_]*[A-Z]\b", path.read_text())
    }
    others = ("MLAPI_TOKEN_", "MLAPI_JWT_", "MLAPI_GOOGLE_", "MLAPI_KEYS_", "MLAPI_GCP_")
    assert {name for name in read if not name.startswith(others)} == {*GUARD_SETTINGS}


def test_shared_folder_must_be_there_and_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match=r"MLAPI_SHARED_FOLDER is .* a folder that is there"):
        start(MLAPI_SHARED_FOLDER=tmp_path / "nope")
    start(MLAPI_SHARED_FOLDER=tmp_path)
    # Not by its mode: the tests may be run by root, who may write anywhere.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(SettingsError, match="may write to"):
        start(MLAPI_SHARED_FOLDER=str(tmp_path))


def test_storage_that_is_not_known_is_refused_without_a_limit() -> None:
    with pytest.raises(SettingsError, match=r"MLAPI_RATE_LIMIT_STORAGE is .* not shown"):
        start(MLAPI_RATE_LIMIT_STORAGE="foo://user:password@host")
    start(MLAPI_RATE_LIMIT_STORAGE="redis://127.0.0.1:1")


def test_depth_is_no_more_than_what_can_be_read() -> None:
    with pytest.raises(SettingsError, match="MLAPI_MAX_JSON_DEPTH is 1025; set it to 1024 or less"):
        start(MLAPI_MAX_JSON_DEPTH=str(DECODED_LEVELS + 1))
    client = start(MLAPI_MAX_JSON_DEPTH=DECODED_LEVELS).test_client()
    for depth, detail in ((DECODED_LEVELS, ""), (DECODED_LEVELS + 1, "depth limit exceeded")):
        body = b"[" * depth + b"]" * depth
        answered = client.post("/", data=body, content_type="application/json")
        assert (answered.status_code == 400) == bool(detail)
        assert detail in answered.text
