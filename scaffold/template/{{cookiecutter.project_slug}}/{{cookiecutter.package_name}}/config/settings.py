"""The settings of this API: frozen, and read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ml_api_kit.settings import whole_number

PROJECT_FOLDER = Path(__file__).resolve().parents[2]
SCHEMA_FOLDER = Path(__file__).resolve().parent / "schemas"


@dataclass(frozen=True)
class Settings:
    """What the environment says, with a default for everything but the tokens.

    Attributes:
        token_hashes: SHA-256 hashes, in hex, of the tokens that are let in, separated by commas
            (`MLAPI_TOKEN_HASHES`).
        {{ cookiecutter._api.table_setting }}: the BigQuery table of {{ cookiecutter._api.table_words }} (`{{ cookiecutter._api.table_setting | upper }}`).
        artifacts_folder: where the fitted parameters lie (`ARTIFACTS_FOLDER`).
        max_body_bytes: the largest request body that is read, in bytes (`MAX_BODY_BYTES`).
        query_timeout_s: how long a query is tried before the answer is 502, in seconds
            (`QUERY_TIMEOUT_S`).
    """

    token_hashes: str = ""
    {{ cookiecutter._api.table_setting }}: str = "{{ cookiecutter._api.table }}"
    artifacts_folder: Path = PROJECT_FOLDER / "artifacts"
    max_body_bytes: int = {{ cookiecutter._api.max_body_bytes }}
    query_timeout_s: int = 10


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings once.

    Args:
        environ: names and values of variables, such as `os.environ`.

    Returns:
        The settings that `environ` holds.

    Raises:
        SettingsError: a variable that must hold a whole number, 1 or more, does not.
    """
    return Settings(
        token_hashes=environ.get("MLAPI_TOKEN_HASHES", Settings.token_hashes),
        {{ cookiecutter._api.table_setting }}=environ.get("{{ cookiecutter._api.table_setting | upper }}") or Settings.{{ cookiecutter._api.table_setting }},
        artifacts_folder=Path(environ.get("ARTIFACTS_FOLDER") or Settings.artifacts_folder),
        max_body_bytes=whole_number(environ, "MAX_BODY_BYTES", default=Settings.max_body_bytes),
        query_timeout_s=whole_number(environ, "QUERY_TIMEOUT_S", default=Settings.query_timeout_s),
    )
