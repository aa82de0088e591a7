"""Nobody answers: said within seconds, and without what the credentials hold."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ml_api_kit.errors import CredentialsError, DataAccessError
from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.backend import Backend
from ml_api_kit.gcp_accessor.bigquery.client import bigquery_client
from ml_api_kit.gcp_accessor.local.process import start_local_server, stop_local_server
from ml_api_kit.settings import Settings


def write_account(path: Path, *, token_uri: str, private_key: str | None = None) -> Path:
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    account = {
        "type": "service_account",
        "project_id": "made-up",
        "private_key_id": "hidden-id",
        "private_key": private_key or key.decode(),
        "client_email": "hidden@made-up.iam.gserviceaccount.com",
        "token_uri": token_uri,
    }
    path.write_text(json.dumps(account))
    return path


def open_both(settings: Settings) -> list[str]:
    messages = []
    for accessor in (
        BigQueryAccessor(settings=settings),
        GoogleCloudStorageAccessor(settings=settings),
    ):
        with pytest.raises(DataAccessError) as caught:
            _ = accessor.client
        messages.append(str(caught.value))
    return messages


def test_cloud_without_a_network_is_said_at_once(
    tmp_path: Path, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_account(tmp_path / "c.json", token_uri=f"http://127.0.0.1:{unused_port}/token")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    began_s = time.monotonic()
    for message in open_both(Settings(credentials_file=path)):
        assert "Google Cloud cannot be reached" in message
        assert "hidden" not in message
    assert time.monotonic() - began_s < 10


def test_credentials_with_a_broken_key_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_account(tmp_path / "c.json", token_uri="http://x", private_key="hidden-key")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    assert not any("hidden" in message for message in open_both(Settings(credentials_file=path)))
    with pytest.raises(CredentialsError):
        _ = BigQueryAccessor(settings=Settings(credentials_file=path)).client


def test_emulator_that_is_not_there_is_said_at_once(unused_port: int) -> None:
    address = f"127.0.0.1:{unused_port}"
    for message in open_both(Settings(bigquery_emulator=address, storage_emulator=address)):
        assert f"No server answers at http://{address}" in message


def test_server_that_has_stopped_is_said_at_once(tmp_path: Path) -> None:
    server = start_local_server(tmp_path)
    client = bigquery_client(Backend("local", "local", server.url, server.url, True))
    accessor = BigQueryAccessor(client=client)
    assert accessor.execute_query("SELECT 1") == [[1]]
    stop_local_server(tmp_path)
    began_s = time.monotonic()
    with pytest.raises(DataAccessError, match="mlapi gcp start") as caught:
        accessor.execute_query("SELECT 1")
    assert "EMULATOR_HOST" not in str(caught.value)
    assert time.monotonic() - began_s < 10
