"""The environment that the programs of a checked project run in: this one, and no cloud."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import ml_api_kit

TOKEN = "a-token-of-the-check"

_SITE_FOLDERS = ("site-packages", "dist-packages")


def project_environment(project: Path) -> dict[str, str]:
    """The variables of this process, with a known token, and this very ml_api_kit importable.

    The package of the `project` is importable too, whatever the working folder.
    """
    return os.environ | {
        "MLAPI_TOKEN_HASHES": sha256(TOKEN.encode()).hexdigest(),
        "MLAPI_GCP_BACKEND": "local",
        "PYTHONPATH": _python_path(project),
        # Nothing that the check leaves in the project was not there before.
        "PYTHONDONTWRITEBYTECODE": "1",
        # Plugins that happen to be installed here are no part of the project, and may take seconds
        # to load; one that a project needs is named in its pyproject.toml (addopts, -p).
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "WORKERS": "1",
    }


def _python_path(project: Path) -> str:
    given = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    parts = [str(Path(part).resolve()) for part in (str(project), *given)]
    home = Path(ml_api_kit.__file__).resolve().parents[1]
    # A checkout that is not installed is found by where this process found it.
    if home.name not in _SITE_FOLDERS and str(home) not in parts:
        parts.append(str(home))
    return os.pathsep.join(parts)
