"""The client library's Cloud Storage client for a backend."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ml_api_kit.gcp_accessor.anonymous import anonymous_transport
from ml_api_kit.gcp_accessor.backend import Backend
from ml_api_kit.gcp_accessor.paused_collection import import_large
from ml_api_kit.gcp_accessor.reachable import check_address, cloud_client
from ml_api_kit.gcp_accessor.storage.faults import storage_errors


def import_client() -> None:
    """Import Google's client, which takes half a second.

    Raises ImportError: when it is not installed.
    """
    import_large("google.cloud.storage")


def storage_client(backend: Backend, project: str | None) -> Any:
    """A client of Cloud Storage for `backend`; `project` None is that of the backend.

    Raises CredentialsError: when the credentials of the cloud cannot be used.

    Raises DataAccessError: when Google, or the emulator, does not answer.

    >>> there = Backend("local", "mine", None, "http://127.0.0.1:4443", True)
    >>> client = storage_client(there, None)
    >>> client.project, client.api_endpoint
    ('mine', 'http://127.0.0.1:4443')
    >>> client.close()
    """
    import_client()
    from google.cloud.storage import Client

    project = project or backend.project
    if not backend.is_anonymous:
        with storage_errors("Cloud Storage", is_local=False, login=backend.login):
            return cloud_client(Client, replace(backend, project=project))
    if backend.name == "emulator" and backend.storage_endpoint is not None:
        check_address(backend.storage_endpoint)
    return Client(
        project=project,
        client_options={"api_endpoint": backend.storage_endpoint},
        **anonymous_transport(),
    )
