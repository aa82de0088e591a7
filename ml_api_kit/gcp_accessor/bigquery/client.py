"""The google-cloud client for a backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ml_api_kit.gcp_accessor.anonymous import anonymous_transport
from ml_api_kit.gcp_accessor.backend import Backend
from ml_api_kit.gcp_accessor.paused_collection import import_large
from ml_api_kit.gcp_accessor.reachable import check_address, cloud_client

if TYPE_CHECKING:
    from google.cloud import bigquery


def import_client() -> None:
    """Import Google's client, which takes most of a second.

    Raises ImportError: when it is not installed.
    """
    import_large("google.cloud.bigquery")


def bigquery_client(backend: Backend, location: str | None = None) -> bigquery.Client:
    """A new client that talks to the backend; anonymous where the backend says so.

    Raises SettingsError: when only an emulator of Cloud Storage is set.
    Raises CredentialsError: when Google does not accept the credentials.
    Raises DataAccessError: when Google, or the emulator, does not answer.
    Raises google.auth.exceptions.DefaultCredentialsError: when the cloud is chosen and there are
        no credentials.
    """
    import_client()
    from google.cloud import bigquery

    backend.check_bigquery()
    if not backend.is_anonymous:
        return cast("bigquery.Client", cloud_client(bigquery.Client, backend, location=location))
    if backend.name == "emulator" and backend.bigquery_endpoint is not None:
        check_address(backend.bigquery_endpoint)
    transport = anonymous_transport()
    transport["_http"].mount("http://", _answered_adapter(is_local=backend.name == "local"))
    return bigquery.Client(
        project=backend.project,
        location=location,
        client_options={"api_endpoint": backend.bigquery_endpoint},
        **transport,
    )


def _answered_adapter(*, is_local: bool) -> Any:
    from requests.adapters import HTTPAdapter
    from requests.exceptions import ConnectionError as NoConnection

    class AnsweredAdapter(HTTPAdapter):
        """Fails at once where no server listens, which the client would ask for ten minutes."""

        def send(self, request: Any, *args: Any, **options: Any) -> Any:
            """The answer to one request."""
            try:
                return super().send(request, *args, **options)
            except NoConnection:
                check_address(request.url, is_local=is_local)
                raise

    return AnsweredAdapter()
