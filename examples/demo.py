"""From a notebook to an API that answers as it did, each step with its real output.

0. convert the notebook                mlapi new results-api --from examples/student_answers.ipynb

Then the same by hand, as a project is written from nothing:

1. make a project                      mlapi new student-api
2. load the answers into BigQuery      make data        (the real client, a BigQuery in a folder)
3. train                               make train
4. run the project's tests             make test
5. serve it                            make run
6. ask it: a good request, a bad one, one without a token
7. load-test it for ten seconds        make load-test
8. compare with the published values

Run it with `make demo`; it leaves the project in the folder `demo/`, and nothing running.

Source of the published values: Rizopoulos (2006), Journal of Statistical Software 17(5),
section 3.1.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from math import exp
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "demo"
PROJECT = FOLDER / "student-api"
CONVERTED = FOLDER / "results-api"
START_TIMEOUT_S = 30

PUBLISHED_DISCRIMINATION = 0.755
PUBLISHED_DIFFICULTIES = {
    "item_1": -3.615,
    "item_2": -1.322,
    "item_3": -0.318,
    "item_4": -1.730,
    "item_5": -2.780,
}
AGREEMENT = 5e-4
# Far more than an idle machine needs: what is shown is how it is measured.
P95_MS = 10_000

GOOD = {
    "students": [
        {"student_id": "all right", **dict.fromkeys(PUBLISHED_DIFFICULTIES, 1)},
        {"student_id": "all wrong", **dict.fromkeys(PUBLISHED_DIFFICULTIES, 0)},
        {"student_id": "unknown"},
    ]
}
BAD = {"students": [{"student_id": "", "item_1": "yes", "item_2": 2, "item_6": 1}]}


def main() -> int:
    """The exit status: 0 when every step worked and the numbers are the published ones."""
    started = time.monotonic()
    remove_earlier_demo()
    FOLDER.mkdir(exist_ok=True)
    step("Convert the notebook, and hold the API to the notebook's own answers")
    convert_notebook()
    step("Make a project")
    run(sys.executable, "-m", "ml_api_kit.cli", "new", "student-api", "--no-input", cwd=FOLDER)
    step("Install it into its own environment")
    installing = time.monotonic()
    make(".venv/.installed")
    installed_s = time.monotonic() - installing
    print(f"installed in {installed_s:.0f} s")
    step("Load the answers of 1,000 students into BigQuery, in a folder, through the real client")
    make("data")
    try:
        agreed = train_serve_and_ask()
    finally:
        run(".venv/bin/mlapi", "gcp", "stop")
    elapsed_s = time.monotonic() - started
    print(f"\nDone in {elapsed_s:.0f} s, of which {installed_s:.0f} s were the installation.")
    print(f"The project is in {PROJECT.relative_to(REPOSITORY)}: cd there and make run.")
    return 0 if agreed else 1


def convert_notebook() -> None:
    """Make a project of the notebook; its table of what was checked is printed.

    Raises SystemExit: when an answer through HTTP is not the notebook's, or a test fails.
    """
    run(
        sys.executable,
        "-m",
        "ml_api_kit.cli",
        "new",
        "results-api",
        "--from",
        str(Path("..", "examples", "student_answers.ipynb")),
        cwd=FOLDER,
    )


def train_serve_and_ask() -> bool:
    """Whether the API's probabilities agree with the published values."""
    step("Train")
    make("train")
    step("Run the project's tests")
    make("test")
    make(".env")
    token = read_token()
    with served() as url:
        step("Ask for three students")
        _, answer = ask(url, GOOD, token=token)
        step("Ask badly")
        ask(url, BAD, token=token)
        step("Ask without a token")
        ask(url, GOOD, token=None)
        step("Load-test for ten seconds")
        # A machine that is busy with something else is slower, and not to blame.
        run("make", "--no-print-directory", "load-test", f"URL={url}", f"P95_MS={P95_MS}")
    step("Compare with the published values")
    return compare(answer["probabilities"][-1])


def compare(unknown: dict[str, float]) -> bool:
    """Print the answer for a student nothing is known of beside what the published model says."""
    parameters = json.loads((PROJECT / "artifacts" / "parameters.json").read_text())
    pairs = [(parameters["discrimination"], PUBLISHED_DISCRIMINATION)]
    print(f"{'':8}{'difficulty':>12}{'published':>11}{'probability':>13}{'published':>11}")
    for item, difficulty in PUBLISHED_DIFFICULTIES.items():
        fitted = parameters["difficulties"][item]
        probability = 1 / (1 + exp(PUBLISHED_DISCRIMINATION * difficulty))
        pairs += [(fitted, difficulty), (unknown[item], probability)]
        shown = f"{fitted:12.3f}{difficulty:11.3f}{unknown[item]:13.3f}{probability:11.3f}"
        print(f"{item:8}{shown}")
    print(f"discrimination {pairs[0][0]:.3f}, published {PUBLISHED_DISCRIMINATION}")
    print(f"log-likelihood {parameters['log_likelihood']:.2f}, published -2466.94")
    agreed = all(abs(ours - published) < AGREEMENT for ours, published in pairs)
    print("\nEvery number agrees." if agreed else "\nThe numbers DIFFER.")
    return agreed


@contextmanager
def served() -> Iterator[str]:
    """The address of the API while it is served."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    step("Serve it")
    print(f"$ PORT={port} make run > server.log &", flush=True)
    command = [str(PROJECT / ".venv/bin/python"), "run.py"]
    environment = {**os.environ, "PORT": str(port), "MLAPI_GCP_BACKEND": "local"}
    with (PROJECT / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)
    try:
        wait_until_ready(url, server)
        yield url
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=START_TIMEOUT_S)


def wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the API says that it is ready."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"The server ended: {(PROJECT / 'server.log').read_text()}")
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=1):
                print(f"{url} is ready")
                return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"The server was not ready within {START_TIMEOUT_S} seconds.")


def ask(url: str, body: dict[str, Any], *, token: str | None) -> tuple[int, dict[str, Any]]:
    """The status and the answer, both printed."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/v1/probabilities", data, headers)
    print(f"POST /v1/probabilities {data.decode()}")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            status, text = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    answer: dict[str, Any] = json.loads(text)
    print(f"{status} {json.dumps(answer, indent=2)}")
    return status, answer


def read_token() -> str:
    """The token that this machine's clients use."""
    lines = (PROJECT / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)["API_TOKEN"]


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def remove_earlier_demo() -> None:
    """Remove the project of an earlier demo, and end what it may have left running."""
    if (PROJECT / ".venv/bin/mlapi").exists():
        run(".venv/bin/mlapi", "gcp", "stop")
    for project in (PROJECT, CONVERTED):
        if project.exists():
            shutil.rmtree(project)


def make(target: str) -> None:
    """Run a target of the project's Makefile."""
    run("make", "--no-print-directory", target)


def run(*command: str, cwd: Path = PROJECT) -> None:
    """Run a command, shown before it runs; a failure ends the demo with its status."""
    name = "mlapi" if "ml_api_kit.cli" in command else command[0]
    words = command[3:] if "ml_api_kit.cli" in command else command[1:]
    print(f"$ {' '.join((name, *words))}", flush=True)
    done = subprocess.run(command, cwd=cwd, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def step(title: str) -> None:
    """Print a step's title."""
    print(f"\n== {title}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; nothing is left running.")
