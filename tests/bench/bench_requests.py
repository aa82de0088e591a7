"""The generated application's request against bare Flask views, and granian against gunicorn.

Every variant gets the same request: the answers of ten students. What is compared is CPU time of
the server's processes per request, which does not depend on how fast the client is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ml_api_kit.project import bake_project
from tests.bench.http_load import measure_http
from tests.bench.interleave import compare, format_comparisons, interleave
from tests.bench.served import Served, served

REQUESTS = 1500
CONNECTIONS = 8
ROUNDS = 5
TOKEN = "a-token-of-the-benchmark"
ITEMS = [f"item_{number}" for number in range(1, 6)]
STUDENTS = [
    {
        "student_id": f"s{number}",
        **{item: (number >> index) & 1 for index, item in enumerate(ITEMS)},
    }
    for number in range(10)
]
BODY = json.dumps({"students": STUDENTS}).encode()
HEADERS = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}


@dataclass(frozen=True, slots=True)
class Variant:
    """A served endpoint."""

    server: Served
    path: str

    def measure(self) -> float:
        """CPU milliseconds of the server per request."""
        result = measure_http(
            self.server.url + self.path,
            server_pid=self.server.pid,
            requests=REQUESTS,
            connections=CONNECTIONS,
            body=BODY,
            headers=HEADERS,
        )
        return result.server_cpu_ms_per_request


def main() -> None:
    """Print both comparisons."""
    with tempfile.TemporaryDirectory() as parent, ExitStack() as stack:
        folder = bake_project("student-api", output_folder=Path(parent), answers={})
        shutil.copy(Path(__file__).with_name("bare_app.py"), folder)
        environ = {
            "MLAPI_TOKEN_HASHES": hashlib.sha256(TOKEN.encode()).hexdigest(),
            "MLAPI_GCP_BACKEND": "local",
        }
        serve = partial(served, folder=folder, environ=environ)
        bare = stack.enter_context(serve("granian", "bare_app:create_app", ready="/ready"))
        app = "student_api.app:create_app"
        granian = stack.enter_context(serve("granian", app, ready="/readyz"))
        gunicorn = stack.enter_context(serve("gunicorn", app, ready="/readyz"))
        generated = Variant(granian, "/v1/probabilities").measure
        print("One request of ten students, served by granian: CPU of the server\n")
        report(
            {
                "Flask view that predicts nothing": Variant(bare, "/bare").measure,
                "Flask view that predicts, unguarded": Variant(bare, "/predict").measure,
                "generated app": generated,
            }
        )
        print("\nThe generated app, one worker of four threads: CPU of the server\n")
        threads = Variant(gunicorn, "/v1/probabilities").measure
        report({"gunicorn, threads": threads, "granian": generated})


def report(variants: dict[str, Callable[[], float]]) -> None:
    """Measure `variants` in turn and print them beside the first."""
    measured = interleave(variants, rounds=ROUNDS)
    print(format_comparisons(compare(measured, baseline=next(iter(variants))), unit="ms"))


if __name__ == "__main__":
    main()
