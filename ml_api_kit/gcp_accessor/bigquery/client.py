"""The google-cloud client for a backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ml_api_kit.gcp_accessor.backend import Backend

if TYPE_CHECKING:
    from google.cloud import bigquery


def bigquery_client(backend: Backend, location: str | None = None) -> bigquery.Client:
    """A new client that talks to the backend; anonymous where the backend says so.

    Raises google.auth.exceptions.DefaultCredentialsError: when the cloud is chosen and there are
        no credentials.
    """
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import bigquery

    anonymous: Any = AnonymousCredentials  # google-auth has no type for it
    options = {"api_endpoint": _address(backend.bigquery_endpoint)}
    return bigquery.Client(
        project=backend.project,
        location=location,
        credentials=anonymous() if backend.is_anonymous else None,
        client_options=options if backend.bigquery_endpoint else None,
    )


def _address(endpoint: str | None) -> str | None:
    # BIGQUERY_EMULATOR_HOST is spelled with and without its scheme.
    return endpoint if endpoint is None or "://" in endpoint else f"http://{endpoint}"
