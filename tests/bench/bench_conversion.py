"""A request to a converted notebook, against the notebook's own pandas in a Flask view by hand.

1. convert:  each notebook becomes a project, which has to be verified
2. wrap:     its own statements, with what they learned, become a view (`notebook_views.py`)
3. check:    both answer the golden rows as the notebook did
4. measure:  both applications through WSGI in this process, in turn, round by round

The project is asked as it was generated, guards and all: token, schemas of request and answer.
"""

from __future__ import annotations

import io
import json
import runpy
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import create_environ

from ml_api_kit.decorators import hash_token
from ml_api_kit.project.convert import convert_project
from ml_api_kit.research.check import (
    ALL_GOLDEN,
    GoldenCase,
    compare_answers,
    read_golden,
    spread_sample,
)
from tests.bench.interleave import compare, interleave
from tests.bench.notebook_views import VIEWS, View, app_by_hand

EXAMPLES = Path(__file__).parents[2] / "examples"
TOKEN = "a-token-of-the-benchmark"
BY_HAND = "by hand"
GENERATED = "generated"
#: How many golden rows are asked for, whatever the rows of one request.
CASES = 100
#: How many requests a round has, by the rows of one request.
REQUESTS = {1: 50, 100: 10, 1000: 3}
ROUNDS = 9
WIDTHS = (13, 6, 6, 14, 16, 8, 13)
HEADS = ("notebook", "rows", "time", f"{BY_HAND} (ms)", f"{GENERATED} (ms)", "ratio", "(range)")


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of one request: of the processor, and on the clock."""

    cpu_ms: float
    wall_ms: float


@dataclass(frozen=True, slots=True)
class Contender:
    """An application in this process, and its endpoint for rows."""

    name: str
    app: Flask
    endpoint: str

    def answers(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What it answers for the rows.

        Raises SystemExit: when it refuses.
        """
        content = self._send(self._environ(), body_of(rows))
        found: list[dict[str, Any]] = json.loads(content)[self.endpoint.rpartition("/")[2]]
        return found

    def measure(self, bodies: Sequence[bytes], *, requests: int) -> Taken:
        """What one request takes, on the average of so many, with the bodies in turn."""
        environ = self._environ()
        start_s, cpu_start_s = time.perf_counter(), time.process_time()
        for body in islice(cycle(bodies), requests):
            self._send(environ, body)
        cpu_s, wall_s = time.process_time() - cpu_start_s, time.perf_counter() - start_s
        return Taken(cpu_s / requests * 1000, wall_s / requests * 1000)

    def _environ(self) -> dict[str, Any]:
        return create_environ(
            self.endpoint,
            method="POST",
            content_type="application/json",
            headers={"Authorization": f"Bearer {TOKEN}"},
        )

    def _send(self, environ: Mapping[str, Any], body: bytes) -> bytes:
        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Any:
            if not status.startswith("200"):
                raise SystemExit(f"{self.endpoint} {self.name} answered {status}")

        asked = {**environ, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
        return b"".join(self.app.wsgi_app(asked, start_response))


def main() -> None:
    """Convert each notebook, then print what a request takes, and how the two compare."""
    print(
        "A request to the converted notebook, guards and all, and to its own pandas statements in"
    )
    print("a Flask view by hand; both through WSGI in one process. Ratio: generated to by hand.\n")
    print(line(HEADS), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, view in VIEWS.items():
            project = converted(name, output_folder=Path(folder))
            contenders = wrap(project, view)
            cases = golden_cases(project, size=CASES)
            for contender in contenders:
                check(contender, cases)
            for rows in REQUESTS:
                measured = measure(contenders, cases, rows=rows)
                print("\n".join(lines_of(name, rows, measured)), flush=True)


def converted(notebook: str, *, output_folder: Path) -> Path:
    """The folder of the project that a notebook of `examples/` becomes.

    Raises SystemExit: when it is not verified, or its request path imports pandas.
    """
    slug = f"{notebook.replace('_', '-')}-bench"
    source = EXAMPLES / f"{notebook}.ipynb"
    made = convert_project(source, slug, output_folder=output_folder, answers={})
    if not (made.conversion.verified and made.conversion.python):
        raise SystemExit(f"{source.name} is no verified request path in plain Python")
    return made.folder


def golden_cases(project: Path, *, size: int) -> list[GoldenCase]:
    """So many rows with the notebook's own answers, evenly spread."""
    return spread_sample(read_golden(project / ALL_GOLDEN), size=size)


def wrap(project: Path, view: View) -> list[Contender]:
    """The view by hand, with what the notebook's statements learn, and the project's own app."""
    record = json.loads((project / "conversion.json").read_bytes())
    learned = runpy.run_path(str(project / "training" / "train.py"))
    by_hand = app_by_hand(view(learned), endpoint=record["endpoint"])
    return [
        Contender(BY_HAND, by_hand, record["endpoint"]),
        Contender(GENERATED, generated_app(project, record["package"]), record["endpoint"]),
    ]


def generated_app(project: Path, package: str) -> Flask:
    """The application of the project, which is imported into this process."""
    sys.path.insert(0, str(project))
    try:
        tokens = {"MLAPI_TOKEN_HASHES": hash_token(TOKEN)}
        settings = import_module(f"{package}.config").Settings(tokens=tokens)
        app: Flask = import_module(f"{package}.app").create_app(settings)
    finally:
        sys.path.remove(str(project))
    return app


def check(contender: Contender, cases: Sequence[GoldenCase]) -> None:
    """Nothing, where the rows, alone and together, are answered as in the notebook.

    Raises SystemExit: when one is not, since then it is no answer whose time counts.
    """
    rows = [case.row for case in cases]
    expected = [case.answer for case in cases]
    alone = [answer for row in rows for answer in contender.answers([row])]
    for found in (alone, contender.answers(rows)):
        difference = compare_answers(expected, found).first_difference
        if difference is not None:
            raise SystemExit(f"{contender.endpoint} {contender.name}: {difference}")


def measure(
    contenders: Sequence[Contender], cases: Sequence[GoldenCase], *, rows: int
) -> dict[str, list[Taken]]:
    """What a request of so many rows takes each contender, round by round."""
    bodies = bodies_of(cases, rows=rows)
    requests = REQUESTS[rows]
    calls = {one.name: partial(one.measure, bodies, requests=requests) for one in contenders}
    return interleave(calls, rounds=ROUNDS)


def lines_of(notebook: str, rows: int, measured: Mapping[str, Sequence[Taken]]) -> list[str]:
    """A line of CPU time, and one of wall time."""
    return [
        ratio_line(
            [notebook, f"{rows}", clock],
            {
                name: [getattr(taken, f"{clock}_ms") for taken in rounds]
                for name, rounds in measured.items()
            },
        )
        for clock in ("cpu", "wall")
    ]


def ratio_line(heads: Sequence[str], times_ms: Mapping[str, Sequence[float]]) -> str:
    by_hand, generated = compare(times_ms, baseline=BY_HAND)
    medians = [f"{one.median:.2f}" for one in (by_hand, generated)]
    spread = f"{generated.ratio_low:.3f}-{generated.ratio_high:.3f}"
    return line([*heads, *medians, f"{generated.ratio:.3f}", spread])


def bodies_of(cases: Sequence[GoldenCase], *, rows: int) -> list[bytes]:
    """Request bodies of so many rows each, of the cases in their order, again where too few."""
    asked = [case.row for case in islice(cycle(cases), max(rows, len(cases)))]
    return [body_of(asked[start : start + rows]) for start in range(0, len(asked), rows)]


def body_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return json.dumps({"rows": list(rows)}).encode()


def line(texts: Sequence[str]) -> str:
    first, *rest = zip(texts, WIDTHS, strict=True)
    return str.ljust(*first) + "".join(str.rjust(*one) for one in rest)


if __name__ == "__main__":
    main()
