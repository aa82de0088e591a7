import json
import subprocess
import sys
import urllib.request

import pytest

from tests.bench.http_load import measure_http, tree_cpu_s

# Says its port and notes what it is asked; /busy takes 5 ms of CPU time, /idle 5 ms of waiting.
SERVER = """
import json, time
from waitress.server import create_server

asked, ports = [], set()

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/counts":
        body = json.dumps({"asked": asked, "connections": len(ports)}).encode()
    else:
        sent = environ["wsgi.input"].read().decode()
        asked.append([environ["REQUEST_METHOD"], path, environ["QUERY_STRING"], sent])
        ports.add(environ["REMOTE_PORT"])
        body = b"x" * 100_000 if path == "/large" else b"{}"
    if path == "/busy":
        end = time.thread_time() + 0.005
        while time.thread_time() < end:
            pass
    if path == "/idle":
        time.sleep(0.005)
    status = "404 Not Found" if path == "/none" else "200 OK"
    headers = [("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]

server = create_server(app, host="127.0.0.1", port=0, threads=4)
print(server.effective_port, flush=True)
server.run()
"""


@pytest.fixture
def server():
    process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.pid, f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def counts(url):
    with urllib.request.urlopen(f"{url}/counts") as answer:
        return json.load(answer)


def test_measure_http_asks_as_often_as_told_over_as_many_connections(server):
    pid, url = server
    result = measure_http(
        f"{url}/a?b=c", server_pid=pid, requests=50, connections=4, body=b'{"a": 1}'
    )
    seen = counts(url)
    assert seen["asked"] == [["POST", "/a", "b=c", '{"a": 1}']] * 50
    assert seen["connections"] == 4
    assert (result.requests, result.reconnects) == (50, 0)
    assert result.requests_per_s == pytest.approx(50 / result.elapsed_s)


def test_measure_http_counts_the_server_s_cpu_and_not_its_waiting(server):
    pid, url = server
    busy = measure_http(f"{url}/busy", server_pid=pid, requests=60, connections=2)
    idle = measure_http(f"{url}/idle", server_pid=pid, requests=60, connections=2)
    assert 4.5 < busy.server_cpu_ms_per_request < 15
    assert idle.server_cpu_ms_per_request < 4


def test_measure_http_reads_large_answers_to_their_end(server):
    pid, url = server
    measure_http(f"{url}/large", server_pid=pid, requests=10, connections=1)
    assert counts(url)["connections"] == 1


def test_measure_http_opens_a_connection_anew_when_the_server_ends_it(server):
    pid, url = server
    result = measure_http(
        f"{url}/a", server_pid=pid, requests=6, connections=2, headers={"Connection": "close"}
    )
    assert result.reconnects == 6
    assert counts(url)["connections"] == 6


def test_measure_http_refuses_an_answer_that_is_not_expected(server):
    pid, url = server
    with pytest.raises(ValueError, match="/none answered 404 where 200 is right"):
        measure_http(f"{url}/none", server_pid=pid, requests=2, connections=1)
    measure_http(f"{url}/none", server_pid=pid, requests=2, connections=1, expected_status=404)


def test_tree_cpu_counts_descendants_that_run_and_that_ended():
    burn = "import time\\nwhile time.process_time() < 0.3: pass\\n"
    code = (
        "import subprocess, sys\n"
        f"burn = '{burn}'\n"
        "subprocess.run([sys.executable, '-c', burn], check=True)\n"
        "running = subprocess.Popen([sys.executable, '-c', burn + 'print(1, flush=True); input()'],"
        " stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "running.stdout.readline()\n"
        "print(1, flush=True)\n"
        "input()\n"
        "running.communicate(b'\\n')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    try:
        assert tree_cpu_s(process.pid) >= 0.58
    finally:
        process.communicate(b"\n")
    assert process.returncode == 0
