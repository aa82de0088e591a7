"""Clients that were not written for the local servers: gcsfs, smart_open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery, storage

from ml_api_kit.gcp_accessor.local.process import LocalServer

pytestmark = [
    # The clients announce that others will make frames one day.
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    # gcsfs gives its own HTTP client large pieces as bytes.
    pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning"),
]


@pytest.fixture
def emulator(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> LocalServer:
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", server.url)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
    return server


@pytest.fixture
def stranger(emulator: LocalServer) -> Iterator[bigquery.Client]:
    # Only the variable that `mlapi gcp start` prints says where it goes.
    with bigquery.Client(project="local", credentials=AnonymousCredentials()) as client:
        client.create_dataset("strangers", exists_ok=True)
        yield client


def test_variables_lead_the_clients_here(stranger: bigquery.Client, bucket: Any) -> None:
    assert "strangers" in [dataset.dataset_id for dataset in stranger.list_datasets()]
    anonymous = storage.Client(project="local", credentials=AnonymousCredentials())
    assert anonymous.bucket(bucket.name).exists()
    anonymous.close()


@pytest.fixture
def files(emulator: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # The kind of a bucket is asked by gRPC otherwise, of what is no Google host.
    monkeypatch.setenv("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    from gcsfs.core import GCSFileSystem

    GCSFileSystem.clear_instance_cache()
    yield GCSFileSystem(project="local", token="anon", endpoint_url=emulator.url)
    GCSFileSystem.clear_instance_cache()


def test_gcsfs_handles_files(files: Any, bucket: Any) -> None:
    root = bucket.name
    with files.open(f"{root}/a/one.txt", "wb") as file:
        file.write(b"one")
    assert files.cat(f"{root}/a/one.txt") == b"one"
    files.cp(f"{root}/a/one.txt", f"{root}/a/two.txt")
    assert sorted(files.ls(f"{root}/a")) == [f"{root}/a/one.txt", f"{root}/a/two.txt"]
    assert files.info(f"{root}/a/two.txt")["size"] == 3
    files.mv(f"{root}/a/two.txt", f"{root}/b.txt")
    assert files.glob(f"{root}/*.txt") == [f"{root}/b.txt"]
    files.rm(f"{root}/a", recursive=True)
    assert not files.exists(f"{root}/a/one.txt")


def test_gcsfs_writes_large_files_and_reads_parts(files: Any, bucket: Any) -> None:
    data = os.urandom(6 << 20)
    with files.open(f"{bucket.name}/large", "wb", block_size=1 << 20) as file:
        file.write(data)
    with files.open(f"{bucket.name}/large", "rb") as file:
        file.seek(5_000_000)
        assert file.read(100) == data[5_000_000:5_000_100]


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_smart_open_writes_and_reads_lines(emulator: LocalServer, bucket: Any, name: str) -> None:
    smart_open = pytest.importorskip("smart_open")
    client = storage.Client(project="local", credentials=AnonymousCredentials())
    uri, options = f"gs://{bucket.name}/{name}", {"client": client}
    with smart_open.open(uri, "w", transport_params=options) as file:
        file.write("one\ntwo\n")
    with smart_open.open(uri, transport_params=options) as file:
        assert list(file) == ["one\n", "two\n"]
    client.close()


def test_transfer_manager_moves_many_files(
    storage_client: Any, bucket: Any, tmp_path: Path
) -> None:
    from google.cloud.storage import transfer_manager

    names = [f"part-{number}" for number in range(6)]
    for name in names:
        (tmp_path / name).write_bytes(os.urandom(50_000))
    options = {"worker_type": transfer_manager.THREAD, "max_workers": 3}
    transfer_manager.upload_many_from_filenames(
        bucket, names, source_directory=str(tmp_path), raise_exception=True, **options
    )
    target = tmp_path / "back"
    target.mkdir()
    transfer_manager.download_many_to_path(
        bucket, names, destination_directory=str(target), raise_exception=True, **options
    )
    assert all((target / n).read_bytes() == (tmp_path / n).read_bytes() for n in names)
