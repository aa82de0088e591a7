"""Lets Google's clients in research code talk to an emulator as the code stands.

`bigquery.Client()` goes to the address in BIGQUERY_EMULATOR_HOST, and asks for credentials all the
same, which nobody has who works without an account. A large answer it fetches from the Storage Read
API of the cloud, whatever the address says.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from ml_api_kit.errors import DataAccessError
from ml_api_kit.settings import LOCAL_PROJECT, Settings

_OPENS_READ_API = "_ensure_bqstorage_client"


def let_clients_in(settings: Settings) -> None:
    """Make Google's clients in this process need nothing but the emulator that the settings name.

    What the process has of credentials stays in use; without any the clients are anonymous. Rows
    come by HTTP. Nothing is changed where no emulator of BigQuery is set, or no client installed.

    Raises DataAccessError: when the client that is installed gives no way to do so.
    """
    if settings.bigquery_emulator is None or not _is_installed("google.cloud.bigquery"):
        return
    from google.cloud import bigquery

    client: Any = bigquery.Client
    if not hasattr(client, _OPENS_READ_API):
        # Rows of an answer would come from the cloud, and nothing else would tell.
        raise DataAccessError(
            "This version of google-cloud-bigquery cannot be kept from the Storage Read API of the "
            "cloud; install the one that ml-api-kit[gcp] names."
        )
    setattr(client, _OPENS_READ_API, _given_client)
    kept = settings.gcloud_credentials_file
    if settings.credentials_file is None and not (kept is not None and kept.exists()):
        _log_in_anonymously(settings.gcp_project or LOCAL_PROJECT)


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # of a package above it
        return False


def _given_client(_client: Any, bqstorage_client: Any = None, *_: Any, **__: Any) -> Any:
    """The client of the Storage Read API that the code itself made, if it did."""
    return bqstorage_client


def _log_in_anonymously(project: str) -> None:
    import google.auth
    from google.auth.credentials import AnonymousCredentials

    def default(*_: Any, **__: Any) -> tuple[Any, str]:
        return AnonymousCredentials(), project  # type: ignore[no-untyped-call]

    google.auth.default = default
