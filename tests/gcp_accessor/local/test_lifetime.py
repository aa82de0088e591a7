from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_WATCHED_BADLY = """
import signal, sys
from pathlib import Path
from ml_api_kit.gcp_accessor.local.instance import take_server_lock
from ml_api_kit.gcp_accessor.local.server import Lifetime

def keep():
    raise RuntimeError("a fault of the watch")

folder = Path(sys.argv[1])
Lifetime(folder, lock=take_server_lock(folder), idle_timeout_s=None).watch(keep)
while True:
    signal.pause()
"""


def test_server_that_nobody_watches_any_more_ends(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED_BADLY, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "a fault of the watch" in done.stderr
