"""A server whose workers cannot keep their counts says so and ends."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.serving.running_server import free_port

# A file may not grow past the limit; what the system then says is what it says of a full disk.
_SERVE = """
import resource
from ml_api_kit.serving import serve
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
serve("tests.serving.sample_app:create_app", is_factory=True, port={port}, workers=2)
"""


def test_folder_without_room_ends_the_server_with_one_sentence() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _SERVE.format(port=free_port())],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 1
    [*_, last] = run.stderr.strip().splitlines()
    assert "ServerStartError: The folder " in last
    assert "set MLAPI_SHARED_FOLDER to a folder" in last
    assert "Listening" not in run.stdout
