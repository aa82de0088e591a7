"""The folder that the worker processes of one server share, for counts that must be of all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

SETTING = "MLAPI_SHARED_FOLDER"

_given: Path | None = None


def give_shared_folder(folder: Path) -> None:
    """Nothing; makes `folder` the shared one of this process; what a server tells its workers."""
    global _given
    _given = folder


def shared_folder(config: Mapping[str, Any]) -> Path | None:
    """The folder in `MLAPI_SHARED_FOLDER`, else the one that the server gave; None without either.

    Without one, this process counts for itself.

    >>> str(shared_folder({"MLAPI_SHARED_FOLDER": "/run/shop"}))
    '/run/shop'
    """
    configured = config.get(SETTING)
    return Path(configured) if configured else _given
