"""Faults of a credentials file: its name, its project and what mends it, never its text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ml_api_kit.errors import CredentialsError, DataAccessError
from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.credentials_file import project_in
from ml_api_kit.settings import Settings

_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_PEM = _KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()
ACCOUNT = {
    "type": "service_account",
    "project_id": "mine",
    "private_key_id": "HIDDEN",
    "private_key": _PEM,
    "client_email": "HIDDEN@mine.iam.gserviceaccount.com",
    "token_uri": "http://127.0.0.1:1/token",
}


def written(folder: Path, values: Any) -> Path:
    path = folder / "account.json"
    path.write_text(json.dumps(values))
    return path


def test_project_of_a_good_file(tmp_path: Path) -> None:
    assert project_in(written(tmp_path, ACCOUNT)) == "mine"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"private_key": _PEM[:300]}, "holds a private_key that cannot be read"),
        ({"private_key": _PEM.replace("A", "!")}, "holds a private_key that cannot be read"),
        ({"private_key": "HIDDEN"}, "holds a private_key that cannot be read"),
        ({"private_key": 5}, "holds a private_key that cannot be read"),
        ({"private_key": None}, "lacks private_key"),
        ({"client_email": None, "token_uri": ""}, "lacks client_email, token_uri"),
        ({"type": "HIDDEN"}, 'has a "type" of credentials that'),
        ({"type": "authorized_user"}, "lacks client_id, client_secret, refresh_token"),
    ],
    ids=["cut", "damaged", "text", "number", "no key", "no email", "type", "login"],
)
@pytest.mark.parametrize("accessor", [BigQueryAccessor, GoogleCloudStorageAccessor])
def test_fault_of_a_file_names_it_and_never_its_content(
    tmp_path: Path, accessor: Any, change: dict[str, Any], said: str
) -> None:
    path = written(tmp_path, {**ACCOUNT, **change})
    with pytest.raises(CredentialsError) as caught:
        _ = accessor(settings=Settings(credentials_file=path)).client
    message = str(caught.value)
    assert message.startswith(f"{path}, for project 'mine', {said}")
    assert "gcloud" in message or "GOOGLE_APPLICATION_CREDENTIALS" in message
    causes: list[BaseException] = [caught.value]
    while (cause := causes[-1].__cause__) is not None:
        causes.append(cause)
    texts = "".join(map(repr, causes))
    assert "HIDDEN" not in texts
    assert not any(line in texts for line in _PEM.splitlines()[1:-1])


@pytest.mark.parametrize("accessor", [BigQueryAccessor, GoogleCloudStorageAccessor])
def test_login_that_nobody_answers_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accessor: Any
) -> None:
    path = written(tmp_path, ACCOUNT)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    with pytest.raises(DataAccessError, match=f"the credentials of {path}, for project 'mine'"):
        _ = accessor(settings=Settings(credentials_file=path)).client
