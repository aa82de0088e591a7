"""A local server for all tests here, the real client on it, and no way to the cloud."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from ml_api_kit.gcp_accessor.local.process import (
    LocalServer,
    start_local_server,
    stop_local_server,
)

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def no_cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (
        "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_CLOUD_PROJECT",
        "BIGQUERY_EMULATOR_HOST",
        "STORAGE_EMULATOR_HOST",
        "MLAPI_GCP_BACKEND",
        "MLAPI_GCP_PROJECT",
        "MLAPI_LOCAL_FOLDER",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "no-gcloud"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    folder = tmp_path_factory.mktemp("local-gcp")
    yield start_local_server(folder)
    stop_local_server(folder)


def new_client(url: str) -> Any:
    return storage.Client(
        project="local",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": url},
    )


@pytest.fixture(scope="session")
def client(server: LocalServer) -> Iterator[Any]:
    client = new_client(server.url)
    yield client
    client.close()


@pytest.fixture
def bucket(client: Any) -> Any:
    return client.create_bucket(f"bucket-{next(_numbers)}")
