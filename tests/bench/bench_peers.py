"""The guards, served, beside what other libraries take to check the same body of 30 fields.

Steps:

1. Every variant is served by a process of its own, as its documentation says: libraries for Flask
   by gunicorn with threads, the asynchronous ones by uvicorn, this package by granian and by
   gunicorn. The peers run in an environment of their own, that of `requirements-bench.txt`.
2. Each has to answer the good body with the same answer, and every wrong one with a 4xx; this
   package also has to refuse a request without a token, and to count and name its requests.
3. All are asked in turn, round by round. What is compared is CPU time of the server's processes.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.http_load import measure_http
from tests.bench.interleave import compare, format_table, interleave
from tests.bench.peers.guarded import TOKEN
from tests.bench.served import REPOSITORY, THREADS, Served, served
from tests.bench.thirty_fields import ANSWER, BODY, WRONG_BODIES

#: The interpreter of the peers' environment; `make bench` makes it.
PEERS_PYTHON = os.environ.get("PEERS_PYTHON") or str(REPOSITORY / ".venv-bench" / "bin" / "python")

CONNECTIONS = 8
ROUNDS = 25  # many short ones, so that what a round compares is not far apart
REQUESTS = 600
SLOW_REQUESTS = 30
PATH = "/predict"
HEADERS = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}


@dataclass(frozen=True, slots=True)
class Variant:
    """What is measured: the module of `tests/bench/peers` and what serves it.

    Attributes:
        name: as it stands in the table.
        module: the module whose `create_app` makes it.
        server: `granian`, `gunicorn` or `uvicorn`.
        is_peer: True where it runs in the peers' environment.
        is_guarded: True where it is behind all guards of this package.
        takes_fast_lane: True where its route is answered in front of Flask.
        threads: how many threads of the server run views.
        requests: how many are sent in a round.
    """

    name: str
    module: str
    server: str
    is_peer: bool = True
    is_guarded: bool = False
    takes_fast_lane: bool = False
    threads: int = THREADS
    requests: int = REQUESTS


BASELINE = Variant("Flask, nothing checked; gunicorn", "bare_flask", "gunicorn")

VARIANTS = [
    BASELINE,
    Variant(
        "jsonschema.validate per call; gunicorn",
        "jsonschema_per_call",
        "gunicorn",
        requests=SLOW_REQUESTS,
    ),
    Variant(
        "flask-expects-json; gunicorn", "flask_expects_json", "gunicorn", requests=SLOW_REQUESTS
    ),
    Variant("flask-smorest; gunicorn", "flask_smorest", "gunicorn"),
    Variant("flask-pydantic; gunicorn", "flask_pydantic", "gunicorn"),
    Variant("flask-openapi3; gunicorn", "flask_openapi3", "gunicorn"),
    Variant("APIFlask; gunicorn", "apiflask", "gunicorn"),
    Variant("FastAPI; uvicorn", "fastapi", "uvicorn"),
    Variant("Litestar; uvicorn", "litestar", "uvicorn"),
    Variant("Flask, nothing checked; granian", "bare_flask", "granian", is_peer=False),
    Variant("all guards; gunicorn", "guarded", "gunicorn", is_peer=False, is_guarded=True),
    Variant("all guards; granian", "guarded", "granian", is_peer=False, is_guarded=True),
    Variant(
        "all guards, fast lane; granian",
        "guarded",
        "granian",
        is_peer=False,
        is_guarded=True,
        takes_fast_lane=True,
    ),
    # As many as the asynchronous peers have.
    Variant(
        "all guards, fast lane; granian, one thread",
        "guarded",
        "granian",
        is_peer=False,
        is_guarded=True,
        takes_fast_lane=True,
        threads=1,
    ),
]


def main() -> None:
    """Print every variant beside the bare view on gunicorn."""
    if not Path(PEERS_PYTHON).is_file():
        raise SystemExit(
            f"There is no {PEERS_PYTHON}: `make bench` makes the environment that the peers run in;"
            " PEERS_PYTHON may name the interpreter of another one."
        )
    with TemporaryDirectory(prefix="mlapi-bench-") as folder, ExitStack() as stack:
        measures = {}
        for variant in VARIANTS:
            server = stack.enter_context(
                served(
                    variant.server,
                    f"tests.bench.peers.{variant.module}:create_app",
                    folder=REPOSITORY,
                    environ=environ_of(variant, folder),
                    ready=PATH,
                    threads=variant.threads,
                    **({"python": PEERS_PYTHON} if variant.is_peer else {}),
                )
            )
            check(variant, server)
            measures[variant.name] = partial(cpu_ms, variant, server)
        print("One request of 30 fields: CPU of the server, and what it is to the first line\n")
        print(table(interleave(measures, rounds=ROUNDS)))


def environ_of(variant: Variant, folder: str) -> dict[str, str]:
    """The variables that `variant` is served with; `folder` is for what processes share."""
    lane = {"MLAPI_FAST_LANE": "on" if variant.takes_fast_lane else "off"}
    return {**lane, "MLAPI_SHARED_FOLDER": folder} if variant.server == "gunicorn" else lane


def cpu_ms(variant: Variant, server: Served) -> float:
    """CPU milliseconds of the server per request."""
    return measure_http(
        server.url + PATH,
        server_pid=server.pid,
        requests=variant.requests,
        connections=CONNECTIONS,
        body=BODY,
        headers=HEADERS,
    ).server_cpu_ms_per_request


def table(measured: dict[str, list[float]]) -> str:
    """The lines of all variants, with a request's CPU time and the requests of a CPU second."""
    lines = [("variant", "CPU (ms)", "ratio", "(range)", "requests per CPU s")]
    lines += [
        (
            each.name,
            f"{each.median:.3f}",
            f"{each.ratio:.2f}",
            f"{each.ratio_low:.2f}-{each.ratio_high:.2f}",
            f"{1000 / each.median:,.0f}",
        )
        for each in compare(measured, baseline=BASELINE.name)
    ]
    return format_table(lines)


def check(variant: Variant, server: Served) -> None:
    """Nothing, where `server` answers what all variants have to answer.

    Raises SystemExit: when it does not; what is not the same work is not compared.
    """
    status, _, answer = ask(server, BODY)
    expect(variant, "the good body", status, 200)
    expect(variant, "the good body", json.loads(answer), ANSWER)
    is_checked = variant.module != "bare_flask"
    for fault, body in WRONG_BODIES.items() if is_checked else ():
        expect(variant, fault, 400 <= ask(server, body)[0] < 500, True)
    if variant.is_guarded:
        check_guards(variant, server)


def check_guards(variant: Variant, server: Served) -> None:
    """Nothing, where `server` has all guards.

    Raises SystemExit: when one is missing.
    """
    refused, _, _ = ask(server, BODY, headers={"Content-Type": "application/json"})
    expect(variant, "no token", refused, 401)
    expect(variant, "a query", ask(server, BODY, path=f"{PATH}?limit=3")[0], 422)
    _, headers, _ = ask(server, BODY)
    named = {"x-request-id", "ratelimit", "ratelimit-policy"}
    expect(variant, "its headers", named <= headers.keys(), True)
    counted = b'http_requests_total{method="POST",route="/predict",status="401"} 1'
    expect(variant, "its metrics", counted in ask(server, None, path="/metrics")[2], True)


def expect(variant: Variant, asked: str, found: object, right: object) -> None:
    """Nothing, where what was `found` is `right`.

    Raises SystemExit: when it is not.
    """
    if found != right:
        raise SystemExit(f"{variant.name}: {asked} gave {found!r} where {right!r} is right")


def ask(
    server: Served,
    body: bytes | None,
    *,
    path: str = PATH,
    headers: dict[str, str] = HEADERS,
) -> tuple[int, dict[str, str], bytes]:
    """The status, headers and body of the answer to one request; a POST where there is a `body`."""
    request = urllib.request.Request(server.url + path, data=body, headers=headers)
    try:
        answer = urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return (
            answer.status,
            {name.lower(): value for name, value in answer.headers.items()},
            answer.read(),
        )


if __name__ == "__main__":
    main()
