"""The folder that the worker processes of one server share, for counts that must be of all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml_api_kit.decorators.workers_lock import WorkersLock
from ml_api_kit.errors import SettingsError

SETTING = "MLAPI_SHARED_FOLDER"

_given: Path | None = None
_given_lock: WorkersLock | None = None


def give_shared_folder(folder: Path, lock: WorkersLock | None = None) -> None:
    """Nothing; makes `folder` the shared one of this process; what a server tells its workers.

    `lock` is that of all who were given the folder.
    """
    global _given, _given_lock
    _given, _given_lock = folder, lock


def shared_lock(config: Mapping[str, Any]) -> WorkersLock | None:
    """The lock that the server gave with its folder; None for a folder of another's."""
    return None if config.get(SETTING) else _given_lock


def shared_folder(config: Mapping[str, Any]) -> Path | None:
    """The folder in `MLAPI_SHARED_FOLDER`, else the one that the server gave; None without either.

    Without one, this process counts for itself.

    Raises SettingsError: when the setting names what is no folder, or cannot be written to.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     shared_folder({"MLAPI_SHARED_FOLDER": folder}) == Path(folder)
    True
    """
    configured = config.get(SETTING)
    if not configured:
        return _given
    folder = Path(configured)
    if not folder.is_dir():
        raise SettingsError(SETTING, str(configured), "a folder that is there; this one is not")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(SETTING, str(configured), "a folder that this process may write to")
    return folder
