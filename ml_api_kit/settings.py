"""The settings of this package: frozen, and read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from ml_api_kit.errors import SettingsError

GcpBackend = Literal["auto", "gcp", "local"]

LOCAL_PROJECT = "local"
# All numbers of fewer digits are an INT64.
_MOST_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, with a default for everything it leaves out.

    Attributes:
        gcp_backend: `auto`, `gcp` or `local` (`MLAPI_GCP_BACKEND`); where the accessors go.
        gcp_project: the project that queries run in (`MLAPI_GCP_PROJECT`, then
            `GOOGLE_CLOUD_PROJECT`); None where neither is set.
        gcp_location: the BigQuery location (`MLAPI_GCP_LOCATION`), or None for the client's choice.
        maximum_bytes_billed: the most a query may cost, in bytes (`MLAPI_MAXIMUM_BYTES_BILLED`), or
            None for no limit.
        price_per_tib_usd: what BigQuery takes for reading 2**40 bytes, in US dollars, by which a
            dry run tells a price (`MLAPI_PRICE_PER_TIB_USD`).
        local_folder: the folder that the local BigQuery and Cloud Storage keep their data in
            (`MLAPI_LOCAL_FOLDER`).
        local_idle_timeout_s: how long a local server that was started by itself stays, in seconds,
            while no process uses it (`MLAPI_LOCAL_IDLE_TIMEOUT_S`).
        bigquery_emulator: the address in `BIGQUERY_EMULATOR_HOST`, or None.
        storage_emulator: the address in `STORAGE_EMULATOR_HOST`, or None.
        credentials_file: the path in `GOOGLE_APPLICATION_CREDENTIALS`, or None.
        gcloud_credentials_file: where gcloud keeps the credentials of its user, whether or not they
            exist (in `CLOUDSDK_CONFIG`, else in `HOME`); None where neither is set.
    """

    gcp_backend: GcpBackend = "auto"
    gcp_project: str | None = None
    gcp_location: str | None = None
    maximum_bytes_billed: int | None = None
    price_per_tib_usd: float = 6.25
    local_folder: Path = Path(".mlapi/gcp")
    local_idle_timeout_s: float = 1800.0
    bigquery_emulator: str | None = None
    storage_emulator: str | None = None
    credentials_file: Path | None = None
    gcloud_credentials_file: Path | None = None


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ`, such as `os.environ`; an empty variable counts as one that is unset.

    Raises SettingsError: when a variable holds what it may not.

    >>> load_settings({"MLAPI_GCP_BACKEND": "local"}).gcp_backend
    'local'
    """
    value = {name: text for name, text in environ.items() if text}.get
    credentials = value("GOOGLE_APPLICATION_CREDENTIALS")
    return Settings(
        gcp_backend=_gcp_backend(value("MLAPI_GCP_BACKEND") or "auto"),
        gcp_project=value("MLAPI_GCP_PROJECT") or value("GOOGLE_CLOUD_PROJECT"),
        gcp_location=value("MLAPI_GCP_LOCATION"),
        maximum_bytes_billed=_bytes(
            "MLAPI_MAXIMUM_BYTES_BILLED", value("MLAPI_MAXIMUM_BYTES_BILLED")
        ),
        price_per_tib_usd=_price(
            "MLAPI_PRICE_PER_TIB_USD", value("MLAPI_PRICE_PER_TIB_USD") or "6.25"
        ),
        local_folder=_folder("MLAPI_LOCAL_FOLDER", value("MLAPI_LOCAL_FOLDER") or ".mlapi/gcp"),
        local_idle_timeout_s=_seconds(
            "MLAPI_LOCAL_IDLE_TIMEOUT_S", value("MLAPI_LOCAL_IDLE_TIMEOUT_S") or "1800"
        ),
        bigquery_emulator=value("BIGQUERY_EMULATOR_HOST"),
        storage_emulator=value("STORAGE_EMULATOR_HOST"),
        credentials_file=Path(credentials) if credentials else None,
        gcloud_credentials_file=_gcloud_credentials_file(value("CLOUDSDK_CONFIG"), value("HOME")),
    )


def whole_number(environ: Mapping[str, str], name: str, *, default: int) -> int:
    """The whole number, 1 or more, in the variable `name`; `default` where it is unset or empty.

    Raises SettingsError: when it holds anything else.

    >>> whole_number({"WORKERS": "2"}, "WORKERS", default=1)
    2
    """
    text = environ.get(name) or str(default)
    if not _is_whole_number(text):
        raise SettingsError(name, text, "a whole number, 1 or more")
    return int(text)


def _is_whole_number(text: str) -> bool:
    """Whether a text is a whole number from 1 on that BigQuery, too, takes for one."""
    return text.isascii() and text.isdecimal() and len(text) < _MOST_DIGITS and int(text) > 0


def _gcp_backend(text: str) -> GcpBackend:
    if text not in ("auto", "gcp", "local"):
        raise SettingsError("MLAPI_GCP_BACKEND", text, "auto, gcp or local")
    return cast(GcpBackend, text)


def _bytes(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not _is_whole_number(text):
        raise SettingsError(name, text, "a whole number of bytes, 1 or more")
    return int(text)


def _price(name: str, text: str) -> float:
    whole, _, part = text.partition(".")
    is_plain = text.isascii() and whole.isdecimal() and (part.isdecimal() or "." not in text)
    if not is_plain or len(whole) >= _MOST_DIGITS:
        raise SettingsError(name, text, "a price in US dollars, such as 6.25")
    return float(text)


def _seconds(name: str, text: str) -> float:
    if not _is_whole_number(text):
        raise SettingsError(name, text, "a whole number of seconds, 1 or more")
    return float(text)


def _folder(name: str, text: str) -> Path:
    # A file of settings is read by no shell: a folder called ~ would hold the data.
    if text == "~" or text.startswith("~/"):
        raise SettingsError(name, text, "the whole path, since ~ is known to shells alone")
    return Path(text)


def _gcloud_credentials_file(config_folder: str | None, home: str | None) -> Path | None:
    if config_folder:
        folder = Path(config_folder)
    elif home:
        folder = Path(home) / ".config" / "gcloud"
    else:
        return None
    return folder / "application_default_credentials.json"
