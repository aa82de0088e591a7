"""Local servers for all tests here, the real clients on them, and no way to the cloud."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import waitress
from google.cloud import bigquery

from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.local.bigquery import Engine, create_app
from ml_api_kit.gcp_accessor.local.bigquery.rest.app import App
from ml_api_kit.gcp_accessor.local.process import (
    LocalServer,
    start_local_server,
    stop_local_server,
)
from ml_api_kit.gcp_accessor.local.storage.buckets import create_bucket
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.stored_objects import StoredObjects
from ml_api_kit.settings import Settings
from tests.gcp_accessor.bigquery_clients import new_bigquery_client
from tests.gcp_accessor.storage_clients import new_storage_client

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


@pytest.fixture(scope="session")
def storage_client(server: LocalServer) -> Iterator[Any]:
    client = new_storage_client(server.url)
    yield client
    client.close()


@pytest.fixture
def bucket(storage_client: Any) -> Any:
    return storage_client.create_bucket(f"bucket-{next(_numbers)}")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(Path(tmp_path_factory.mktemp("bigquery")), project="local")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoredObjects]:
    folder = tmp_path_factory.mktemp("objects")
    store = Store(folder / "store")
    create_bucket(store, {"name": "bucket"})
    stored = StoredObjects(store)
    (folder / "rows.csv").write_bytes(b"1,a\n2,b\n")
    stored.put("bucket", "rows.csv", folder / "rows.csv", content_type="text/csv")
    yield stored
    store.close()


@pytest.fixture(scope="session")
def app(engine: Engine, objects: StoredObjects) -> App:
    return create_app(engine, objects=objects)


@pytest.fixture(scope="session")
def endpoint(app: App) -> Iterator[str]:
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    # Closed by its own thread, behind its last answer: else that thread may fail on the way.
    server.task_dispatcher.shutdown()
    server.trigger.pull_trigger(server.close)
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def client(endpoint: str) -> Iterator[bigquery.Client]:
    with new_bigquery_client(endpoint) as client:
        yield client


@pytest.fixture
def dataset(client: bigquery.Client, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"exams_{abs(hash(request.node.nodeid)) % 10**8}"
    client.create_dataset(name)
    yield name
    client.delete_dataset(name, delete_contents=True, not_found_ok=True)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for a local server, which is stopped in the end."""
    folder = tmp_path / "gcp"
    yield folder
    stop_local_server(folder)


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def accessor(client: bigquery.Client) -> BigQueryAccessor:
    return BigQueryAccessor(client=client, settings=Settings())


@pytest.fixture
def answers(accessor: BigQueryAccessor, dataset: str) -> str:
    rows = [{"student": n, "item": "ab"[n % 2], "correct": n > 2} for n in range(5)]
    assert accessor.load_rows(f"{dataset}.answers", rows) == 5
    return f"{dataset}.answers"


@pytest.fixture(name="bigquery")
def bigquery_of_strangers(server: LocalServer) -> Iterator[BigQueryAccessor]:
    """An accessor to a server of its own, with the dataset `strange`."""
    accessor = BigQueryAccessor(settings=Settings(gcp_backend="local", local_folder=server.folder))
    accessor.create_dataset("strange")
    yield accessor
    accessor.client.close()
