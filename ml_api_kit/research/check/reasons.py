"""Why a check fell short, each place with its file and line where they are known."""

from __future__ import annotations

import re
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
    """Each place that fell short: its `file` and `line`, or None, `what`, and `why`.

    Files are named as they are in the project, or in the library that they belong to.
    """
    found = [*_of_golden(record, golden), *_of_tests(tests)]
    # Where statements stay pandas that is said of each already.
    is_said = any("stays pandas" in reason["what"] for reason in record["reasons"])
    found += _of_probes(probes, is_said=is_said) if probes is not None else []
    return [_without_places(reason, project) for reason in found]


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
        found.append(
            {
                "file": record["notebook"],
                "line": model.get("line"),
                "cell": model.get("cell"),
                "what": "answers differ from the notebook's",
                "why": why,
            }
        )
    return found


def _of_tests(tests: ProjectTestRun) -> list[Reason]:
    return [] if tests.problem is None else [_reason("tests of the project", tests.problem)]


def _of_probes(probes: Probes, *, is_said: bool) -> list[Reason]:
    found: list[Reason] = []
    without = probes.without_pandas
    if without.error is not None and not is_said:
        found.append(_reason(_NEEDS_PANDAS, without.error, without.file, without.line))
    elif without.error is None and not without.is_equal:
        found.append(_reason(_NEEDS_PANDAS, "without pandas the answers differ"))
    broken = probes.with_pandas
    if broken is not None and broken.error is not None:
        found.append(_reason("the model does not answer", broken.error, broken.file, broken.line))
    written = probes.as_written
    if written is not None and written is not broken and written.error is not None:
        found.append(_reason("the notebook's own statements were not timed", written.error))
    return found


_NEEDS_PANDAS = "the request path needs pandas"


def _reason(what: str, why: str, file: str | None = None, line: int | None = None) -> Reason:
    return {"file": file, "line": line, "what": what, "why": why}


def _without_places(reason: Reason, project: Path) -> Reason:
    """The reason without where on this machine things are, which says nothing elsewhere."""
    return {
        key: _plain(value, project) if isinstance(value, str) else value
        for key, value in reason.items()
    }


def _plain(text: str, project: Path) -> str:
    for folder in (project.resolve(), project.absolute()):
        text = text.replace(f"{folder}/", "").replace(str(folder), project.name)
    return re.sub(r"(/[\w.+-]+)+/(site-packages|dist-packages)/", "", text)
