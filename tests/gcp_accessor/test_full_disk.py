"""A full disk is told as such, and nothing of what did not fit is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from ml_api_kit.errors import (
    DataAccessError,
)
from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.local.process import (
    local_server_status,
)
from tests.gcp_accessor.served_folders import settings_of


@pytest.fixture
def full_folder(folder: Path) -> Path:
    """A folder whose server may not make a file of more than 30 MB, as if the disk ended there."""
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from ml_api_kit.gcp_accessor.local.process import start_local_server\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000_000, 30_000_000))\n"
        "start_local_server(Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, timeout=60)
    return folder


def test_full_disk_is_told_by_uploads_and_keeps_nothing_of_them(full_folder: Path) -> None:
    storage = GoogleCloudStorageAccessor(settings=settings_of(full_folder))
    storage.create_bucket("full")
    storage.upload_bytes("full", "small", b"x")
    told = f"gs://full/large: The disk that {full_folder}/storage lies on is full; make room"
    with pytest.raises(DataAccessError, match=told):
        storage.upload_bytes("full", "large", bytes(40_000_000))
    with pytest.raises(DataAccessError, match=told):
        storage.upload_csv_gzip("full", "large", ([os.urandom(60).hex()] for _ in range(1_200_000)))
    assert list(storage.list_paths("full")) == ["small"]
    assert list((full_folder / "storage" / "staging").iterdir()) == []
    assert storage.upload_bytes("full", "again", b"x")


def test_full_disk_is_told_of_a_body_in_chunks(full_folder: Path) -> None:
    storage = GoogleCloudStorageAccessor(settings=settings_of(full_folder))
    storage.create_bucket("full")
    server = local_server_status(full_folder)
    assert server is not None
    pieces = (bytes(1_000_000) for _ in range(40))
    path = "/upload/storage/v1/b/full/o?uploadType=media&name=large"
    answer = requests.post(f"{server.url}{path}", data=pieces)
    assert answer.status_code == 507
    assert not storage.exists("full", "large")


def test_full_disk_is_told_by_loads_and_keeps_nothing_of_them(full_folder: Path) -> None:
    accessor = BigQueryAccessor(settings=settings_of(full_folder))
    accessor.create_dataset("full")
    accessor.load_rows("full.t", [{"n": 1, "text": "before"}])
    rows = ({"n": n, "text": os.urandom(40).hex()} for n in range(400_000))
    told = f"The disk that {full_folder}/bigquery lies on is full; make room and try again"
    with pytest.raises(DataAccessError, match=told):
        accessor.load_rows("full.t", rows)
    assert list((full_folder / "bigquery" / "uploads").iterdir()) == []
    assert accessor.load_rows("full.t", [{"n": 2, "text": "after"}]) == 1
    assert accessor.execute_query("SELECT n FROM full.t ORDER BY n") == [[1], [2]]


def test_full_disk_is_told_by_queries_and_keeps_nothing_of_them(full_folder: Path) -> None:
    accessor = BigQueryAccessor(settings=settings_of(full_folder))
    accessor.create_dataset("full")
    columns = ", ".join(f"MOD(a * {n}, 1000003) / 7 AS x{n}" for n in (7919, 104729, 1299709))
    numbers = "UNNEST(GENERATE_ARRAY(1, 1500000)) AS a"
    query = f"CREATE TABLE full.large AS SELECT {columns} FROM {numbers}"
    with pytest.raises(DataAccessError, match="bigquery lies on is full"):
        accessor.execute_query(query)
    assert accessor.list_tables("full") == []
    assert accessor.load_rows("full.t", [{"n": 1, "text": "after"}]) == 1


def test_full_disk_for_temporary_files_is_told_by_the_accessor(
    full_folder: Path, tmp_path: Path
) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from ml_api_kit.gcp_accessor import BigQueryAccessor\n"
        "from ml_api_kit.settings import Settings\n"
        "settings = Settings(gcp_backend='local', local_folder=Path(sys.argv[1]))\n"
        "accessor = BigQueryAccessor(settings=settings)\n"
        "accessor.client\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "accessor.load_rows('full.t', ({'n': n, 'text': 'x' * 50} for n in range(50_000)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(full_folder)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    last = done.stderr.strip().splitlines()[-1]
    assert "DataAccessError: The disk of" in last
    assert f"{tmp_path} has no room for the rows to load" in last
