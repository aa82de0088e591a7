import time

import pytest

from ml_api_kit.errors import LoadTestError
from ml_api_kit.loadtest.server import ProjectServer
from tests.loadtest.conftest import processes_in

NEVER_READY = """
import http.server, os

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(503)

address = (os.environ["HOST"], int(os.environ["PORT"]))
http.server.HTTPServer(address, Handler).serve_forever()
"""
DEAF = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open("started", "w").close()
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    yield folder
    # What was killed is gone when the system has got round to it.
    deadline = time.monotonic() + 10
    while processes_in(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_in(folder) == []


def test_server_that_is_never_ready_says_what_it_answered(folder, tmp_path):
    (folder / "run.py").write_text(NEVER_READY)
    with (
        ProjectServer(folder, scratch=tmp_path) as server,
        pytest.raises(LoadTestError, match=r"not ready after 2 s \(GET /readyz: 503\)"),
    ):
        server.wait_until_ready(timeout_s=2)


def test_server_that_hears_no_signal_is_killed_with_its_workers(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("ml_api_kit.loadtest.server._STOP_LIMIT_S", 0.3)
    (folder / "run.py").write_text(DEAF)
    with ProjectServer(folder, scratch=tmp_path):
        while not (folder / "started").exists():
            time.sleep(0.05)
        assert len(processes_in(folder)) == 2


def test_server_without_a_run_py(folder, tmp_path):
    with pytest.raises(LoadTestError, match=r"There is no run\.py in "):
        ProjectServer(folder, scratch=tmp_path)
