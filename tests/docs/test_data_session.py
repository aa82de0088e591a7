"""The session at the beginning of the page on data access prints what stands there."""

import os
import subprocess
import sys
from pathlib import Path

from ml_api_kit.gcp_accessor.local.process import stop_local_server
from tests.docs.pages import DOCS, REPOSITORY, blocks

PAGE = DOCS / "data-access.md"


def test_session_prints_what_the_page_shows(tmp_path: Path) -> None:
    first, second, *_ = blocks(PAGE, "console")
    [code] = [block for block in blocks(PAGE, "") if "def get_answers" in block]
    (tmp_path / "preparation.py").write_text(code)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(REPOSITORY),
        "MLAPI_GCP_BACKEND": "local",
        "MLAPI_LOCAL_FOLDER": str(tmp_path / "gcp"),
    }
    lines = (first + second).splitlines()
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    try:
        done = subprocess.run(
            ["bash", "-e", "-c", "\n".join(commands)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        stop_local_server(tmp_path / "gcp")
    assert done.stderr == ""
    assert done.stdout.splitlines() == [line for line in lines if not line.startswith("$ ")]
