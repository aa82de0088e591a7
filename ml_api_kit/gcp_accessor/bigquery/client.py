"""The google-cloud client for a backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ml_api_kit.gcp_accessor.anonymous import anonymous_transport
from ml_api_kit.gcp_accessor.backend import Backend

if TYPE_CHECKING:
    from google.cloud import bigquery


def bigquery_client(backend: Backend, location: str | None = None) -> bigquery.Client:
    """A new client that talks to the backend; anonymous where the backend says so.

    Raises SettingsError: when only an emulator of Cloud Storage is set.
    Raises google.auth.exceptions.DefaultCredentialsError: when the cloud is chosen and there are
        no credentials.
    """
    from google.cloud import bigquery

    backend.check_bigquery()
    if not backend.is_anonymous:
        return bigquery.Client(project=backend.project, location=location)
    return bigquery.Client(
        project=backend.project,
        location=location,
        client_options={"api_endpoint": backend.bigquery_endpoint},
        **anonymous_transport(),
    )
