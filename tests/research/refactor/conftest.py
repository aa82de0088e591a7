"""A local BigQuery and Cloud Storage, and credentials that the real clients can log in with."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.local.process import (
    LocalServer,
    start_local_server,
    stop_local_server,
)
from ml_api_kit.settings import Settings

_ROWS = """
INSERT INTO town.people VALUES
  (1, "Ada", 36, 1.5, TRUE, 9.99, "2020-01-02", "2020-01-02"),
  (2, "Bo", NULL, NULL, NULL, NULL, NULL, NULL),
  (3, NULL, 52, -2.5, FALSE, 0.5, "2021-05-06", "2021-05-06"),
  (4, "O'Neil", 17, 0, TRUE, 0.1, "2022-01-01", "2022-01-01")
"""
_TABLE = """
CREATE TABLE town.people (
  id INT64, name STRING, age INT64, score FLOAT64, is_in BOOL, paid NUMERIC, born DATE,
  seen TIMESTAMP
)
"""


class _Tokens(BaseHTTPRequestHandler):
    """Gives an access token to whoever asks, as Google's login does."""

    def do_POST(self) -> None:
        body = json.dumps({"access_token": "any", "expires_in": 3600}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="session")
def local_gcp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    folder = tmp_path_factory.mktemp("access-gcp")
    server = start_local_server(folder)
    accessor = BigQueryAccessor(settings=Settings(bigquery_emulator=server.url))
    accessor.client.create_dataset("town")
    for statement in (_TABLE, _ROWS):
        accessor.execute_query(statement)
    yield server
    accessor.client.close()
    stop_local_server(folder)


@pytest.fixture(scope="session")
def credentials_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    tokens = ThreadingHTTPServer(("127.0.0.1", 0), _Tokens)
    thread = threading.Thread(target=tokens.serve_forever)
    thread.start()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    account = {
        "type": "service_account",
        "project_id": "local",
        "client_email": "tests@local.example",
        "private_key": key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        "token_uri": f"http://127.0.0.1:{tokens.server_port}/token",
    }
    path = tmp_path_factory.mktemp("login") / "account.json"
    path.write_text(json.dumps(account))
    yield path
    tokens.shutdown()
    tokens.server_close()
    thread.join()


@pytest.fixture
def gcp(
    local_gcp: LocalServer,
    credentials_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> LocalServer:
    """The environment in which both Google's clients and the accessors reach the local servers."""
    for name in ("MLAPI_GCP_BACKEND", "MLAPI_GCP_PROJECT", "MLAPI_LOCAL_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", local_gcp.url)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", local_gcp.url)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(credentials_file))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "local")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "no-gcloud"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    # An API of Google's own that no emulator has: without its package the client does without it.
    monkeypatch.setitem(sys.modules, "google.cloud.bigquery_storage", None)
    monkeypatch.chdir(tmp_path)
    return local_gcp


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
