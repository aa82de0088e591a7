"""Folders of local servers that tests start, stop and wait for."""

from __future__ import annotations

import time
from pathlib import Path

from ml_api_kit.gcp_accessor.local.process import local_server_status
from ml_api_kit.settings import Settings


def settings_of(folder: Path) -> Settings:
    """Settings whose data is in the folder."""
    return Settings(gcp_backend="local", local_folder=folder)


def wait_until_ended(folder: Path, *, within_s: float) -> bool:
    """Whether the server of the folder ends within a time."""
    deadline_s = time.monotonic() + within_s
    while local_server_status(folder) is not None:
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.05)
    return True
