"""Runs the training of a project in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from ml_api_kit.errors import ProjectError


def run_training(project: Path) -> int:
    """The exit status of the project's `training.py`, which says itself what it does.

    Raises ProjectError: when this is no project, or it has nothing to train.
    """
    package = _package(project)
    if not (project / package / "training.py").is_file():
        raise ProjectError(
            f"There is nothing to train in {project.resolve()}: it has no {package}/training.py. "
            "A project that serves the results of a notebook is converted anew instead."
        )
    # The project first, so that its package is found whatever the working folder is.
    path = os.pathsep.join([str(project.resolve()), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-m", f"{package}.training"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )
    return done.returncode


def _package(project: Path) -> str:
    """The name of the project's package, which its `pyproject.toml` says."""
    path = project / "pyproject.toml"
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        packages: list[str] = document["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
        return packages[0]
    except (OSError, tomllib.TOMLDecodeError, KeyError, IndexError, TypeError) as error:
        raise ProjectError(
            f"{path.resolve()} names no package: run this in the folder of a project that "
            "mlapi new made."
        ) from error
