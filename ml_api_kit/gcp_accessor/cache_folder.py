"""Where what is made once for all projects of a user is kept."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The package's folder for caches; nothing is lost with it but time.

    Raises RuntimeError: when the user has no home and no `XDG_CACHE_HOME` is set.

    Source: https://specifications.freedesktop.org/basedir-spec/latest/
    """
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "ml-api-kit"
