"""Google's own client of Cloud Storage, talking to a local server."""

from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud import storage


def new_storage_client(url: str) -> Any:
    return storage.Client(
        project="local",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": url},
    )
