"""The settings of this API: frozen, and read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ml_api_kit.decorators import token_config
from ml_api_kit.settings import whole_number

PROJECT_FOLDER = Path(__file__).resolve().parents[2]
SCHEMA_FOLDER = Path(__file__).resolve().parent / "schemas"


@dataclass(frozen=True)
class Settings:
    """What the environment says, with a default for everything but the tokens.

    Attributes:
        tokens: the settings of the tokens that are let in: SHA-256 hashes, separated by commas
            (`MLAPI_TOKEN_HASHES`), JWTs (`MLAPI_JWT_...`, `MLAPI_KEYS_...`) and identity tokens of
            Google (`MLAPI_GOOGLE_...`).
        {{ cookiecutter._api.table_setting }}: the BigQuery table of {{ cookiecutter._api.table_words }} (`{{ cookiecutter._api.table_setting | upper }}`).
        artifacts_folder: where the fitted parameters lie (`ARTIFACTS_FOLDER`).
        max_body_bytes: the largest request body that is read, in bytes (`MAX_BODY_BYTES`).
        query_timeout_s: how long a query is tried before the answer is 502, in seconds
            (`QUERY_TIMEOUT_S`).
        access_log: `on` where every request leaves a line in the log, `off` where only errors do
            (`MLAPI_ACCESS_LOG`).
        fast_lane: `on` where the views that say so are answered in front of Flask, or `off`
            (`MLAPI_FAST_LANE`).
        metrics: `on` where requests are counted for `GET /metrics`, or `off` (`MLAPI_METRICS`).
        rate_limit: how often a client may ask, such as `100 per minute`, or `unlimited`
            (`MLAPI_RATE_LIMIT`).
        rate_limit_storage: where that is counted, such as `redis://host:6379`; empty where it is
            on this machine (`MLAPI_RATE_LIMIT_STORAGE`).
    """

    tokens: Mapping[str, str] = field(default_factory=dict)
    {{ cookiecutter._api.table_setting }}: str = "{{ cookiecutter._api.table }}"
    artifacts_folder: Path = PROJECT_FOLDER / "artifacts"
    max_body_bytes: int = {{ cookiecutter._api.max_body_bytes }}
    query_timeout_s: int = 10
    access_log: str = "on"
    fast_lane: str = "on"
    metrics: str = "on"
    rate_limit: str = "unlimited"
    rate_limit_storage: str = ""


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings once.

    Args:
        environ: names and values of variables, such as `os.environ`.

    Returns:
        The settings that `environ` holds.

    Raises:
        SettingsError: a variable that must hold a whole number, 1 or more, does not, or one that
            is named as those of tokens is not one of them.
    """
    return Settings(
        tokens=token_config(environ),
        {{ cookiecutter._api.table_setting }}=environ.get("{{ cookiecutter._api.table_setting | upper }}") or Settings.{{ cookiecutter._api.table_setting }},
        artifacts_folder=Path(environ.get("ARTIFACTS_FOLDER") or Settings.artifacts_folder),
        max_body_bytes=whole_number(environ, "MAX_BODY_BYTES", default=Settings.max_body_bytes),
        query_timeout_s=whole_number(environ, "QUERY_TIMEOUT_S", default=Settings.query_timeout_s),
        access_log=environ.get("MLAPI_ACCESS_LOG") or Settings.access_log,
        fast_lane=environ.get("MLAPI_FAST_LANE") or Settings.fast_lane,
        metrics=environ.get("MLAPI_METRICS") or Settings.metrics,
        rate_limit=environ.get("MLAPI_RATE_LIMIT") or Settings.rate_limit,
        rate_limit_storage=environ.get("MLAPI_RATE_LIMIT_STORAGE", Settings.rate_limit_storage),
    )
