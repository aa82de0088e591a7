"""Checks a converted project: every claim of `conversion.json` is measured here.

    golden     all golden cases through the project's own server, in batches and one by one
    tests      the project's pytest
    python     the golden rows once more, in a process where pandas cannot be imported
    latency    one row, with the notebook's own statements and with the project's

They run side by side, in processes of their own that end with the check.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ml_api_kit.errors import LoadTestError, ProjectError
from ml_api_kit.loadtest.server import ProjectServer
from ml_api_kit.research.check.children import Children
from ml_api_kit.research.check.conversion import (
    Conversion,
    GoldenResult,
    Latency,
    read_record,
    write_conversion,
)
from ml_api_kit.research.check.golden import GoldenCase, read_golden
from ml_api_kit.research.check.golden_run import GoldenRun, run_results, run_rows
from ml_api_kit.research.check.layout import ALL_GOLDEN, SAMPLE_GOLDEN
from ml_api_kit.research.check.probe import Probes, run_probes
from ml_api_kit.research.check.project_client import ProjectClient
from ml_api_kit.research.check.project_environment import project_environment
from ml_api_kit.research.check.project_tests import ProjectTestRun, run_tests
from ml_api_kit.research.check.reasons import reasons_found
from ml_api_kit.research.check.table import show_in_readme

_START_LIMIT_S = 60.0


def check_project(
    project: Path, *, on_progress: Callable[[str], None] = lambda step: None
) -> Conversion:
    """What was found of the project in the folder `project`.

    `conversion.json` is written anew, and the table in the project's README.

    `on_progress` is told what is being done. All golden cases are tried where they are there, else
    the sample that the project's repository holds.

    Raises ProjectError: when this is no converted project, or it has no golden cases.
    """
    start = time.monotonic()
    record = read_record(project)
    golden_file = _golden_file(project)
    cases = read_golden(golden_file)
    on_progress(f"checking {len(cases)} golden rows, and running the tests")
    golden, tests, probes = _run_all(project, record, golden_file, cases)
    recorded = max(int(record["recorded_rows"]), len(cases))
    conversion = Conversion(
        record=record,
        golden=replace(golden.result, recorded=recorded),
        tests=tests.result,
        python=probes is not None and probes.without_pandas.is_equal,
        latency=_latency(probes),
        seconds=time.monotonic() - start,
        reasons=(
            *record["reasons"],
            *reasons_found(project, record, golden=golden, tests=tests, probes=probes),
        ),
    )
    write_conversion(project, conversion)
    show_in_readme(project, conversion)
    return conversion


def _run_all(
    project: Path, record: Mapping[str, Any], golden_file: Path, cases: Sequence[GoldenCase]
) -> tuple[GoldenRun, ProjectTestRun, Probes | None]:
    children = Children()
    with ThreadPoolExecutor(2) as pool:
        try:
            tests = pool.submit(run_tests, project, children)
            probes = None
            if record["has_row_path"]:
                probes = pool.submit(run_probes, project, record, golden_file, children)
            golden = _run_golden(project, record, cases)
            return golden, tests.result(), probes.result() if probes is not None else None
        finally:
            children.end()


def _golden_file(project: Path) -> Path:
    for name in (ALL_GOLDEN, SAMPLE_GOLDEN):
        if (project / name).is_file():
            return project / name
    raise ProjectError(
        f"{project.resolve()} has neither {ALL_GOLDEN} nor {SAMPLE_GOLDEN}: convert the notebook "
        "anew."
    )


def _run_golden(project: Path, record: Mapping[str, Any], cases: Sequence[GoldenCase]) -> GoldenRun:
    """How the cases went; where the server does not start, none of them did."""
    run = run_rows if record["has_row_path"] else run_results
    try:
        with (
            TemporaryDirectory(prefix="mlapi-check-") as scratch,
            ProjectServer(
                project, scratch=Path(scratch), variables=project_environment(project)
            ) as server,
        ):
            server.wait_until_ready(timeout_s=_START_LIMIT_S)
            with ProjectClient(server.url, record["endpoint"]) as client:
                return run(client, cases)
    except LoadTestError as error:
        rows = len(cases)
        return GoldenRun(GoldenResult(rows, 0, 0.0, rows, 0, None), str(error))


def _latency(probes: Probes | None) -> Latency:
    if probes is None:
        return Latency(None, None)
    after = probes.with_pandas or probes.without_pandas
    before = probes.as_written
    return Latency(before_ms=before.latency_ms if before else None, after_ms=after.latency_ms)
