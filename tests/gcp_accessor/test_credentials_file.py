"""Faults of a credentials file: its name, its project and what mends it, never its text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ml_api_kit.errors import CredentialsError, DataAccessError
from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.credentials_file import project_in
from ml_api_kit.settings import Settings


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


_PEM = pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
_EC_PEM = pem(ec.generate_private_key(ec.SECP256R1()))
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
        ({"private_key": _EC_PEM}, "holds a private_key that cannot be read"),
        ({"private_key": None}, "lacks private_key"),
        ({"client_email": None, "token_uri": ""}, "lacks client_email, token_uri"),
        ({"type": "HIDDEN"}, 'has a "type" of credentials that'),
        ({"type": ["HIDDEN"]}, 'has a "type" of credentials that'),
        ({"type": "authorized_user"}, "lacks client_id, client_secret, refresh_token"),
    ],
    ids=[
        "cut",
        "damaged",
        "text",
        "number",
        "other kind",
        "no key",
        "no email",
        "type",
        "types",
        "login",
    ],
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
    # The file of the settings, not that of the environment.
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "another.json"))
    with pytest.raises(DataAccessError, match=f"the credentials of {path}, for project 'mine'"):
        _ = accessor(settings=Settings(credentials_file=path)).client


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_file_that_the_library_cannot_decode_is_told(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "account.json"
    path.write_text(json.dumps(ACCOUNT), encoding=encoding)
    with pytest.raises(CredentialsError, match="is not plain UTF-8"):
        project_in(path)


_FEDERATED = {
    "type": "external_account",
    "audience": "HIDDEN",
    "subject_token_type": "HIDDEN",
    "token_url": "https://sts.googleapis.com/v1/token",
    "credential_source": "HIDDEN",
}
_IMPERSONATED = {
    "type": "impersonated_service_account",
    "service_account_impersonation_url": "HIDDEN",
    "source_credentials": "HIDDEN",
}


@pytest.mark.parametrize("accessor", [BigQueryAccessor, GoogleCloudStorageAccessor])
@pytest.mark.parametrize(
    "values",
    [_FEDERATED, _FEDERATED | {"credential_source": {"none": 1}}, _IMPERSONATED],
    ids=["federated", "source", "impersonated"],
)
def test_members_that_the_library_cannot_use_are_told(
    tmp_path: Path, accessor: Any, values: dict[str, Any]
) -> None:
    settings = Settings(credentials_file=written(tmp_path, values), gcp_project="mine")
    with pytest.raises(CredentialsError, match="library cannot use the credentials of") as caught:
        _ = accessor(settings=settings).client
    assert "HIDDEN" not in str(caught.value)


def test_credentials_of_another_cloud_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, ACCOUNT | {"universe_domain": "other.example"})
    with pytest.raises(CredentialsError, match=r"universe domain .*\(other\.example\)"):
        _ = BigQueryAccessor(settings=Settings(credentials_file=path)).client
