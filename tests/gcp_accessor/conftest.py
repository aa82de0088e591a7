"""The local BigQuery on a loopback port, and Google's own client talking to it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import waitress
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from ml_api_kit.gcp_accessor.local.bigquery import Engine, create_app

OBJECTS: dict[tuple[str, str], bytes] = {("bucket", "rows.csv"): b"1,a\n2,b\n"}


def read_object(bucket: str, name: str) -> bytes:
    return OBJECTS[(bucket, name)]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(Path(tmp_path_factory.mktemp("bigquery")), project="local")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def endpoint(engine: Engine) -> Iterator[str]:
    app = create_app(engine, read_object=read_object)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def client(endpoint: str) -> Iterator[bigquery.Client]:
    with bigquery.Client(
        project="local",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": endpoint},
    ) as client:
        yield client


@pytest.fixture
def dataset(client: bigquery.Client, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"exams_{abs(hash(request.node.nodeid)) % 10**8}"
    client.create_dataset(name)
    yield name
    client.delete_dataset(name, delete_contents=True, not_found_ok=True)


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
