import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

HERE = Path(__file__).parent
COMMAND = [sys.executable, str(HERE / "command.py")]
ROOT = HERE.parents[1]

RunCommand = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    shutil.copytree(HERE / "project", folder, ignore=shutil.ignore_patterns("report.html"))
    yield folder
    assert processes_in(folder) == []


@pytest.fixture(scope="session")
def hypothesis_cache(tmp_path_factory):
    return str(tmp_path_factory.mktemp("hypothesis"))


@pytest.fixture
def environment(hypothesis_cache):
    kept = {name: value for name, value in os.environ.items() if name != "API_TOKEN"}
    return kept | {"PYTHONPATH": str(ROOT), "HYPOTHESIS_STORAGE_DIRECTORY": hypothesis_cache}


@pytest.fixture
def run_command(project, environment) -> RunCommand:
    def run(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *options],
            cwd=project,
            env=environment | variables,
            capture_output=True,
            text=True,
            timeout=40,
            check=False,
        )

    return run


def processes_in(folder: Path) -> list[str]:
    """The command lines of the processes that work in `folder`."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                found.append(" ".join(process.cmdline()))
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue  # it ended meanwhile, or is none of ours
    return found
