"""The real thing: a real server, real locust, over loopback."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from ml_api_kit.loadtest.server import free_port
from tests.loadtest.conftest import COMMAND, HERE, processes_in

IDLE_LOCUSTFILE = """
import time
from locust import task
from ml_api_kit.loadtest.user import ApiUser

class IdleUser(ApiUser):
    @task
    def wait(self):
        time.sleep(0.05)
"""


def wait_for(port):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            assert connection.getresponse().status == 200
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise AssertionError(f"nothing answers on port {port}")


def test_load_test_passes_and_reports(run_command, project):
    result = run_command(HYPOTHESIS_STORAGE_DIRECTORY="")
    assert result.returncode == 0, result.stderr
    rows = dict(re.findall(r"^((?:GET|POST) \S+(?: \(invalid\))?) +([\d,]+) ", result.stdout, re.M))
    assert set(rows) == {
        "GET /v1/probabilities",
        "POST /v1/probabilities",
        "POST /v1/probabilities (invalid)",
    }
    valid, invalid = (int(rows[f"POST /v1/probabilities{kind}"]) for kind in ("", " (invalid)"))
    assert 0.1 < invalid / (valid + invalid) < 0.6
    assert "0 (0.0%)" in result.stdout
    assert result.stdout.count("passed  ") == 3
    assert re.search(r"^2/2 s · \d+ users · [\d,]+ requests · .*p95 \d+ ms$", result.stderr, re.M)
    report = (project / "loadtests" / "report.html").read_text()
    assert "POST" in report
    assert "/v1/probabilities (invalid)" in report
    kept = {each.name for each in (HERE / "project").iterdir()}
    assert {each.name for each in project.iterdir()} == kept | {".mlapi"}


def test_load_test_fails_above_the_p95_threshold(run_command):
    result = run_command("--duration", "1", "--p95-ms", "20", SLOW_S="0.05")
    assert result.returncode == 1
    assert re.search(r"FAILED  p95: \d+ ms \((GET|POST) .*\), at most 20 ms allowed", result.stdout)
    assert "passed  failures" in result.stdout


def test_load_test_counts_answers_that_are_not_expected(run_command):
    variables = {"GET_STATUS": "503 Service Unavailable", "ACCEPT_ALL": "1"}
    result = run_command("--duration", "1", **variables)
    assert result.returncode == 1
    assert "FAILED  failures: " in result.stdout
    assert re.search(r"\d+ x GET /v1/probabilities: status 503 where 200 is right", result.stdout)
    assert re.search(
        r"\d+ x POST /v1/probabilities \(invalid\): status 200 where 422 is right", result.stdout
    )
    assert re.search(r"^POST /v1/probabilities +\d+ +0 \(0.0%\)", result.stdout, re.M)


def test_load_test_sends_the_token_to_a_running_server(project, run_command, environment):
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "run.py"],
        cwd=project,
        env=environment | {"HOST": "127.0.0.1", "PORT": str(port), "API_TOKEN": "a-token"},
    )
    options = ("--host", f"http://127.0.0.1:{port}", "--duration", "1", "--users", "1")
    try:
        wait_for(port)
        with_token = run_command(*options, API_TOKEN="a-token")
        without = run_command(*options, "--invalid-share", "0")
        assert server.poll() is None
    finally:
        server.terminate()
        server.wait()
    assert with_token.returncode == 0, with_token.stdout
    assert "starting the server" not in with_token.stderr
    assert without.returncode == 1
    assert "(invalid)" not in without.stdout
    assert "status 401 where 200 is right" in without.stdout


def test_load_test_without_a_request_fails_and_never_imports_gevent(project, environment):
    (project / "loadtests" / "locustfile.py").write_text(IDLE_LOCUSTFILE)
    code = (
        "import sys\n"
        "from ml_api_kit.cli.load_test import load_test\n"
        "try:\n    load_test(['--duration', '1'])\n"
        "finally:\n    print({'gevent', 'locust', 'hypothesis'} & set(sys.modules))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1, result.stderr
    assert "FAILED  requests: 0, at least 1 needed" in result.stdout
    assert "FAILED  p95: nothing measured" in result.stdout
    assert result.stdout.endswith("set()\n")


def test_load_test_shows_why_the_server_does_not_start(run_command, project):
    (project / "run.py").write_text("print('on the way')\nraise SystemExit('no model found')\n")
    result = run_command()
    assert result.returncode == 2
    assert "The server (run.py) ended with status 1." in result.stderr
    assert "    on the way\n    no model found" in result.stderr


def test_load_test_notices_a_server_that_ends_meanwhile(run_command):
    result = run_command("--duration", "20", DIE_AT_ONCE="1")
    assert result.returncode == 2
    assert "The server (run.py) ended with status 7." in result.stderr


def test_load_test_names_what_is_wrong_with_the_schema(run_command, project):
    (project / "schemas" / "student.json").unlink()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        result = run_command("--host", f"http://127.0.0.1:{listening.getsockname()[1]}")
    assert result.returncode == 2
    assert "$ref 'student.json' leads to no schema" in result.stderr
    assert "Traceback" not in result.stderr


def test_load_test_shows_a_task_that_fails(run_command, project):
    locustfile = IDLE_LOCUSTFILE.replace("time.sleep(0.05)", "time.sleep(0.05); self.no_such")
    (project / "loadtests" / "locustfile.py").write_text(locustfile)
    result = run_command("--duration", "1")
    assert result.returncode == 2
    assert re.search(r"The locustfile's own code failed \d+ times", result.stderr)
    assert "'IdleUser' object has no attribute 'no_such'" in result.stderr


def test_load_test_shows_a_locustfile_that_fails(run_command, project):
    (project / "loadtests" / "locustfile.py").write_text("import nothing_like_this\n")
    result = run_command()
    assert result.returncode == 2
    assert "before the load test was over" in result.stderr
    assert "No module named 'nothing_like_this'" in result.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--users", "0"], "The option for users is 0; set it to a whole number, 1 or more."),
        (["--locustfile", "no.py"], "There is no locustfile "),
        (["--report", "no/report.html"], "The report cannot be written to "),
        (["--host", "localhost:80"], "host is 'localhost:80'; set it to an address such as"),
        (["--host", "http://"], "host is 'http://'; set it to an address such as"),
        (["--host", "http://localhost:99999"], "host is 'http://localhost:99999'; set it to"),
    ],
)
def test_load_test_refuses_options_before_it_starts_anything(run_command, options, sentence):
    result = run_command(*options)
    assert result.returncode == 2
    assert result.stderr.startswith(sentence)


def test_load_test_of_a_host_where_nobody_listens_ends_at_once(run_command, project):
    url = f"http://127.0.0.1:{free_port()}"
    result = run_command("--host", url, "--duration", "30")
    assert result.returncode == 2
    assert result.stderr.startswith(f"No server answers at {url} (")
    assert not (project / "loadtests" / "report.html").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_load_test_leaves_nothing_running_when_interrupted(project, environment, number):
    command = subprocess.Popen(
        [*COMMAND, "--duration", "30"],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stderr is not None
    line = ""
    while " requests " not in line:
        line = command.stderr.readline()
        assert line, "the command ended before the first request"
    assert len(processes_in(project)) == 3
    os.kill(command.pid, number)
    _, said = command.communicate(timeout=20)
    assert command.returncode == 130
    assert re.search(
        r"The load test was interrupted after \d+ s and [\d,]+ requests; "
        r"locust and the server have ended\.",
        said,
    )
    assert processes_in(project) == []
    assert (project / "loadtests" / "report.html").is_file()
