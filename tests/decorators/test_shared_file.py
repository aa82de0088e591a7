"""What is mapped into memory has its room on the disk before it is written to."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from flask import Flask

from ml_api_kit.decorators import ApiGuards, rate_limit
from ml_api_kit.decorators.series_file import SIZE_BYTES, SeriesFile
from ml_api_kit.decorators.window_table import WindowTable
from ml_api_kit.errors import ServerStartError
from ml_api_kit.serving import metrics


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, offset: int, size_bytes: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", refuse)


def test_all_of_a_file_is_on_the_disk(tmp_path: Path) -> None:
    WindowTable(tmp_path / "rates")
    series = SeriesFile(tmp_path / "metrics")
    [path] = (tmp_path / "metrics").iterdir()
    assert series.values.nbytes == SIZE_BYTES
    for each in (tmp_path / "rates", path):
        status = each.stat()
        assert status.st_blocks * 512 >= status.st_size > 0, each


def test_table_that_is_there_keeps_what_it_counts(tmp_path: Path) -> None:
    path = tmp_path / "rates"
    for amount, count in ((2, 2), (1, 3)):
        table = WindowTable(path)
        visit = table.visit("ada", length_s=10, now_s=0, limit=3, amount=amount)
        assert visit == (True, 0, count)


@pytest.mark.usefixtures("full_disk")
def test_full_disk_is_told_with_folder_size_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(ServerStartError, match="No space left on device") as table:
        WindowTable(tmp_path / "rates")
    with pytest.raises(ServerStartError, match="set MLAPI_SHARED_FOLDER") as series:
        SeriesFile(tmp_path / "metrics")
    assert f"The folder {tmp_path}, " in str(table.value)
    assert f"a file of {SIZE_BYTES} bytes" in str(series.value)
    assert not [*(tmp_path / "metrics").iterdir()], "nothing is left behind"


@pytest.mark.usefixtures("full_disk")
def test_full_disk_ends_the_start_of_an_application(tmp_path: Path) -> None:
    limited = Flask("limited")
    limited.config["MLAPI_SHARED_FOLDER"] = str(tmp_path)
    limited.add_url_rule("/", view_func=rate_limit("3 per hour")(lambda: "here"))
    with pytest.raises(ServerStartError, match="cannot hold a file"):
        ApiGuards(limited)
    counted = Flask("counted")
    counted.config["MLAPI_SHARED_FOLDER"] = str(tmp_path)
    with pytest.raises(ServerStartError, match="cannot hold a file"):
        counted.register_blueprint(metrics())


def test_file_system_that_cannot_set_room_aside_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, offset: int, size_bytes: int) -> None:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    assert WindowTable(tmp_path / "rates").visit("ada", length_s=10, now_s=0, limit=3, amount=1)[0]
    monkeypatch.delattr(os, "posix_fallocate")
    assert SeriesFile(tmp_path / "metrics").add(("requests",), 1)
