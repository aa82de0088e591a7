"""Why a check fell short, each place with its file and line where they are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml_api_kit.research.check.golden_run import GoldenRun
from ml_api_kit.research.check.probe import Probes
from ml_api_kit.research.check.project_tests import ProjectTestRun

Reason = dict[str, Any]


def reasons_found(
    project: Path,
    record: Mapping[str, Any],
    *,
    golden: GoldenRun,
    tests: ProjectTestRun,
    probes: Probes | None,
) -> list[Reason]:
    """Each place that fell short: its `file` and `line`, or None, `what`, and `why`."""
    found = [*_of_golden(record, golden), *_of_tests(tests)]
    return [*found, *(_of_probes(project, probes) if probes is not None else [])]


def _of_golden(record: Mapping[str, Any], golden: GoldenRun) -> list[Reason]:
    found = []
    if golden.refusal is not None:
        found.append(_reason("rows without an answer", golden.refusal))
    first = golden.result.first_difference
    if first is not None:
        unequal = golden.result.rows - golden.result.equal
        why = (
            f"{unequal} of {golden.result.rows} golden rows; the first is row {first.row}, column "
            f"{first.column!r}: the notebook has {first.expected!r}, the API {first.found!r}"
        )
        model = record["model"] or {}
        found.append(_reason("answers differ from the notebook's", why, model, record["notebook"]))
    return found


def _of_tests(tests: ProjectTestRun) -> list[Reason]:
    return [] if tests.problem is None else [_reason("tests of the project", tests.problem)]


def _of_probes(project: Path, probes: Probes) -> list[Reason]:
    without = probes.without_pandas
    if without.error is not None:
        file = without.file
        if file is not None and Path(file).is_relative_to(project.resolve()):
            file = Path(file).relative_to(project.resolve()).as_posix()
        found = [{"file": file, "line": without.line, "what": _NEEDS_PANDAS, "why": without.error}]
    elif not without.is_equal:
        found = [_reason(_NEEDS_PANDAS, "without pandas the answers differ from the notebook's")]
    else:
        found = []
    broken = probes.with_pandas
    if broken is not None and broken.error is not None:
        found.append(_reason("the model does not answer", broken.error))
    written = probes.as_written
    if written is not None and written is not broken and written.error is not None:
        found.append(_reason("the notebook's own statements were not timed", written.error))
    return found


_NEEDS_PANDAS = "the request path needs pandas"


def _reason(
    what: str, why: str, place: Mapping[str, Any] | None = None, file: str | None = None
) -> Reason:
    line = (place or {}).get("line")
    return {"file": file, "line": line, "what": what, "why": why}
