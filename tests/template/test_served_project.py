"""A baked project as its clients meet it: over HTTP, on the server of production."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.local.process import local_server_status, stop_local_server
from ml_api_kit.project import bake_project
from ml_api_kit.settings import Settings
from tests.template.serving import ENDPOINT, TOKEN, Api, authorized, served, start_in_vain

STUDENT = {"student_id": "ada", "item_1": 1, "item_2": 0}
GOOD = json.dumps({"students": [STUDENT]}).encode()
FIVE_WRONG = json.dumps(
    {"students": [{"student_id": "", "item_1": 2, "item_2": "1", "item_3": True, "item_9": 0}]}
).encode()

HOSTILE = {
    "empty": (b"", authorized(), 400),
    "not JSON": (b"students=ada", authorized(), 400),
    "cut off": (GOOD[:-3], authorized(), 400),
    "not a number": (b'{"students": [{"student_id": "a", "item_1": NaN}]}', authorized(), 400),
    "not UTF-8": (b'{"students": "\xff"}', authorized(), 400),
    "deep": (b"[" * 20_000 + b"]" * 20_000, authorized(), 400),
    "5,000 digits": (b'{"students": ' + b"9" * 5_000 + b"}", authorized(), 400),
    "too large": (b" " * 1_000_001, authorized(), 413),
    "a form": (GOOD, authorized("application/x-www-form-urlencoded"), 415),
    "UTF-16": (GOOD, authorized("application/json; charset=utf-16"), 415),
    "a list": (b"[]", authorized(), 422),
    "null": (b"null", authorized(), 422),
    "nobody": (b'{"students": []}', authorized(), 422),
    "too many": (json.dumps({"students": [STUDENT] * 1001}).encode(), authorized(), 422),
    "five things wrong": (FIVE_WRONG, authorized(), 422),
    "no token": (GOOD, {"Content-Type": "application/json"}, 401),
    "wrong token": (GOOD, {**authorized(), "Authorization": "Bearer wrong"}, 401),
    "another scheme": (GOOD, {**authorized(), "Authorization": f"Basic {TOKEN}"}, 401),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = bake_project("student-api", output_folder=tmp_path_factory.mktemp("api"), answers={})
    local = folder / ".mlapi" / "gcp"
    accessor = BigQueryAccessor(settings=Settings(gcp_backend="local", local_folder=local))
    accessor.load_file("lsat6.student_answers", folder / "data" / "student_answers.csv")
    yield folder
    stop_local_server(local)


@pytest.fixture(scope="module")
def api(project: Path) -> Iterator[Api]:
    with served(project) as api:
        yield api


def test_a_good_request_is_answered(api: Api) -> None:
    status, answer = api.ask(ENDPOINT, body=GOOD)
    assert status == 200
    [ada] = answer["probabilities"]
    assert ada["student_id"] == "ada"
    assert 0 < ada["item_3"] < ada["item_1"] < 1


def test_its_post_route_takes_the_fast_lane(api: Api) -> None:
    api.ask(ENDPOINT, body=GOOD)
    assert '"route":"/v1/probabilities"' in api.logged()
    assert "fast lane" not in api.logged()  # which says so of a route that does not


def test_stored_students_are_answered_for(api: Api) -> None:
    status, answer = api.ask(f"{ENDPOINT}?limit=1000")
    assert status == 200
    assert len(answer["probabilities"]) == 1000


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_request_gets_its_status_and_the_next_is_answered(api: Api, name: str) -> None:
    body, headers, expected = HOSTILE[name]
    status, answer = api.ask(ENDPOINT, body=body, headers=headers)
    assert status == expected
    assert answer["status"] == expected
    assert api.ask(ENDPOINT, body=GOOD)[0] == 200


def test_five_things_wrong_are_all_said_at_once(api: Api) -> None:
    _, answer = api.ask(ENDPOINT, body=FIVE_WRONG)
    places = {error["pointer"] for error in answer["errors"]}
    assert len(answer["errors"]) >= 5
    assert {f"/students/0/{name}" for name in ("student_id", "item_1", "item_2")} <= places


def test_the_description_never_lies(api: Api, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{api.url}/openapi.json"]
    options = ["--checks", "all", "--max-examples", "40", "--seed", "1", "--workers", "1"]
    header = ["--header", f"Authorization: Bearer {TOKEN}"]
    done = subprocess.run(
        [*command, *options, *header], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "ctrl-c"])
def test_a_graceful_stop_loses_no_request_in_flight(project: Path, number: signal.Signals) -> None:
    """More requests for stored students than there are threads are on their way at the stop."""
    answered_at: list[float] = []

    def ask() -> None:
        assert api.ask(f"{ENDPOINT}?limit=1000")[0] == 200
        answered_at.append(time.monotonic())

    with served(project) as api, ThreadPoolExecutor(16) as pool:
        ask()
        asked = [pool.submit(ask) for _ in range(16)]
        # Long enough for the server to have taken all, too short for it to have answered them.
        time.sleep(0.1)
        stopped_at = time.monotonic()
        api.process.send_signal(number)
        for each in asked:
            each.result()
        assert api.process.wait(timeout=30) == 0
    assert sum(moment > stopped_at for moment in answered_at) >= 4


def test_idle_connections_keep_nobody_out(api: Api) -> None:
    host, _, port = api.url.removeprefix("http://").partition(":")
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(closing(socket.create_connection((host, int(port)), timeout=5)))
        assert api.ask(ENDPOINT, body=GOOD)[0] == 200


def test_a_data_source_that_hangs_is_a_502_and_recovers(project: Path) -> None:
    with served(project, QUERY_TIMEOUT_S="3") as api:
        assert api.ask(ENDPOINT)[0] == 200
        local = local_server_status(project / ".mlapi" / "gcp")
        assert local is not None
        os.kill(local.pid, signal.SIGSTOP)
        try:
            status, answer = api.ask(ENDPOINT)
            assert api.ask(ENDPOINT, body=GOOD)[0] == 200
        finally:
            os.kill(local.pid, signal.SIGCONT)
        assert (status, answer["status"]) == (502, 502)
        assert api.ask(ENDPOINT)[0] == 200


def test_a_data_source_that_was_killed_is_started_again(project: Path) -> None:
    with served(project, QUERY_TIMEOUT_S="5") as api:
        assert api.ask(ENDPOINT)[0] == 200
        local = local_server_status(project / ".mlapi" / "gcp")
        assert local is not None
        os.kill(local.pid, signal.SIGKILL)
        assert api.ask(ENDPOINT)[0] in (200, 502)
        assert api.ask(ENDPOINT)[0] == 200


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "http", "Error: PORT is 'http'; set it to a whole number, 1 or more."),
        ("PORT", "99999", "Error: port is 99999; set it to 65535 or less."),
        ("WORKERS", "0", "Error: WORKERS is '0'; set it to a whole number, 1 or more."),
        ("MAX_BODY_BYTES", "1 MB", "Error: MAX_BODY_BYTES is '1 MB'; set it to a whole number"),
        ("MLAPI_TOKEN_HASHES", "plain", "Error: MLAPI_TOKEN_HASHES"),
        ("ARTIFACTS_FOLDER", "nowhere", "Error: There is no artifacts folder nowhere."),
    ],
)
def test_a_setting_that_cannot_be_used_ends_the_server_in_one_sentence(
    project: Path, name: str, value: str, said: str
) -> None:
    done = start_in_vain(project, **{name: value})
    assert said in done.stdout
    assert "Traceback" not in done.stdout
    assert done.returncode != 0


def test_a_port_that_is_taken_is_said_in_one_sentence(project: Path, api: Api) -> None:
    port = api.url.rpartition(":")[2]
    done = start_in_vain(project, PORT=port)
    assert done.stdout.startswith(f"Error: Cannot listen on 127.0.0.1 port {port}")
    assert done.returncode == 1


@pytest.mark.parametrize("content", [b"\xe5\x00\xff", b"SECRET=a\0b\n"], ids=["binary", "nul"])
def test_an_env_file_that_is_no_text_is_said_in_one_sentence(project: Path, content: bytes) -> None:
    env_file = project / ".env"
    env_file.write_bytes(content)
    try:
        done = start_in_vain(project)
    finally:
        env_file.unlink()
    assert done.stdout.startswith(f"Error: {env_file} cannot be used (")
    assert "make token" in done.stdout
    assert "Traceback" not in done.stdout
    assert done.returncode == 1


def test_altered_artifacts_keep_the_server_from_starting(project: Path, tmp_path: Path) -> None:
    for path in (project / "artifacts").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    parameters = tmp_path / "parameters.json"
    parameters.write_text(parameters.read_text().replace("0.755", "0.756", 1))
    done = start_in_vain(project, ARTIFACTS_FOLDER=str(tmp_path))
    assert "is not the file that was written" in done.stdout
    assert "Traceback" not in done.stdout
    assert done.returncode == 1
