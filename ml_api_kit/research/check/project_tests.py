"""Runs a project's own tests, and counts them."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from ml_api_kit.research.check.children import Children
from ml_api_kit.research.check.conversion import ProjectTests

_LIMIT_S = 600
_LAST_LINES = 15


@dataclass(frozen=True, slots=True)
class ProjectTestRun:
    """How the tests went; `problem` says why not all passed, or why none was run."""

    result: ProjectTests
    problem: str | None


def run_tests(project: Path, children: Children) -> ProjectTestRun:
    """How the project's pytest goes, in this environment."""
    if find_spec("pytest") is None:
        return ProjectTestRun(ProjectTests(0, 0), "pytest is not installed here: run make test")
    with TemporaryDirectory(prefix="mlapi-check-") as scratch:
        report = Path(scratch, "report.xml")
        options = [f"--junitxml={report}", f"--basetemp={scratch}/tmp"]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
        said = children.run(command, project=project, limit_s=_LIMIT_S)
        last = "\n".join(said.splitlines()[-_LAST_LINES:])
        if not report.is_file():
            return ProjectTestRun(ProjectTests(0, 0), f"the tests could not be run: {last}")
        return _read(report, last)


def _read(report: Path, said: str) -> ProjectTestRun:
    # The report was written by the pytest that was started here.
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    counts = [
        (int(suite.get("tests", 0)), int(suite.get("skipped", 0)), _failures(suite))
        for suite in suites
    ]
    tests, skipped, failed = (sum(column) for column in zip(*counts, strict=True))
    problem = said if failed or not tests else None
    return ProjectTestRun(ProjectTests(passed=tests - skipped - failed, failed=failed), problem)


def _failures(suite: ElementTree.Element) -> int:
    return int(suite.get("failures", 0)) + int(suite.get("errors", 0))
