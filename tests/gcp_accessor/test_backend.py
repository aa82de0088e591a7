import json
import logging
from pathlib import Path

import pytest

from ml_api_kit.errors import CredentialsError, SettingsError
from ml_api_kit.gcp_accessor.backend import Backend, resolve_backend
from ml_api_kit.gcp_accessor.local.process import LocalServer
from ml_api_kit.settings import Settings, load_settings

CREDENTIALS = {
    "type": "authorized_user",
    "client_id": "id",
    "client_secret": "secret",
    "refresh_token": "token",
}


def write_credentials(path: Path, **more: str) -> Path:
    path.write_text(json.dumps({**CREDENTIALS, **more}))
    return path


def test_backend_without_any_setting_is_local_and_says_so_once(
    server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(local_folder=server.folder)
    with caplog.at_level(logging.INFO, logger="ml_api_kit.gcp_accessor"):
        backend = resolve_backend(settings)
        resolve_backend(settings)
    assert backend == Backend("local", "local", server.url, server.url, True)
    assert len(caplog.records) == 1
    assert "MLAPI_GCP_BACKEND=gcp" in caplog.text


def test_backend_local_is_said_without_notice(
    server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(gcp_backend="local", gcp_project="mine", local_folder=server.folder)
    assert resolve_backend(settings).project == "mine"
    assert caplog.records == []


def test_backend_local_wins_over_an_emulator(server: LocalServer) -> None:
    settings = Settings(
        gcp_backend="local", local_folder=server.folder, storage_emulator="http://localhost:1"
    )
    assert resolve_backend(settings).storage_endpoint == server.url


def test_backend_is_the_emulator_whose_address_is_set() -> None:
    settings = Settings(
        bigquery_emulator="localhost:9050", storage_emulator="http://localhost:4443/"
    )
    expected = Backend("emulator", "local", "http://localhost:9050", "http://localhost:4443", True)
    assert resolve_backend(settings) == expected


def test_backend_with_one_emulator_never_reaches_the_cloud_for_the_other() -> None:
    backend = resolve_backend(Settings(bigquery_emulator="localhost:9050"))
    backend.check_bigquery()
    with pytest.raises(SettingsError, match="STORAGE_EMULATOR_HOST is not set; set it to"):
        backend.check_storage()


def test_backend_with_a_credentials_file_is_the_cloud(tmp_path: Path) -> None:
    path = write_credentials(tmp_path / "c.json", quota_project_id="theirs")
    assert resolve_backend(Settings(credentials_file=path)) == Backend(
        "gcp", "theirs", None, None, False, credentials_file=path
    )
    assert resolve_backend(Settings(credentials_file=path, gcp_project="mine")).project == "mine"


def test_backend_without_a_project_asks_for_one(tmp_path: Path) -> None:
    path = write_credentials(tmp_path / "c.json")
    with pytest.raises(SettingsError, match="MLAPI_GCP_PROJECT"):
        resolve_backend(Settings(credentials_file=path))


@pytest.mark.parametrize("content", [None, "not json", "[]", "{}"])
def test_backend_with_unusable_credentials_does_not_fall_back(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "c.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CredentialsError, match=r"c\.json .*GOOGLE_APPLICATION_CREDENTIALS"):
        resolve_backend(Settings(credentials_file=path, local_folder=tmp_path / "gcp"))
    assert not (tmp_path / "gcp").exists()


def test_backend_with_gclouds_file_only_asks_which_way(tmp_path: Path) -> None:
    path = write_credentials(tmp_path / "application_default_credentials.json")
    with pytest.raises(CredentialsError, match=r"MLAPI_GCP_BACKEND=gcp .*MLAPI_GCP_BACKEND=local"):
        resolve_backend(Settings(gcloud_credentials_file=path, local_folder=tmp_path / "gcp"))


def test_backend_gcp_without_credentials_says_how_to_get_some() -> None:
    with pytest.raises(CredentialsError, match="gcloud auth application-default login"):
        resolve_backend(Settings(gcp_backend="gcp"))


def test_backend_gcp_takes_gclouds_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_credentials(tmp_path / "application_default_credentials.json", quota_project_id="theirs")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    # Else Google's library runs gcloud to ask it for a project.
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "mine")
    assert resolve_backend(Settings(gcp_backend="gcp")) == Backend("gcp", "mine", None, None, False)


def test_backend_gcp_and_an_emulator_contradict_each_other() -> None:
    with pytest.raises(SettingsError, match="BIGQUERY_EMULATOR_HOST"):
        resolve_backend(Settings(gcp_backend="gcp", bigquery_emulator="localhost:1"))


def test_settings_find_gclouds_file_in_home() -> None:
    assert load_settings({"HOME": "/home/me"}).gcloud_credentials_file == Path(
        "/home/me/.config/gcloud/application_default_credentials.json"
    )
    assert load_settings({}).gcloud_credentials_file is None
    assert load_settings({"MLAPI_LOCAL_IDLE_TIMEOUT_S": "60"}).local_idle_timeout_s == 60
    for name, text in (
        ("MLAPI_LOCAL_IDLE_TIMEOUT_S", "soon"),
        ("MLAPI_LOCAL_IDLE_TIMEOUT_S", "9" * 5000),
        ("MLAPI_MAXIMUM_BYTES_BILLED", "9" * 19),
        ("MLAPI_PRICE_PER_TIB_USD", "9" * 400),
        ("MLAPI_LOCAL_FOLDER", "~/gcp"),
    ):
        with pytest.raises(SettingsError, match=name):
            load_settings({name: text})
