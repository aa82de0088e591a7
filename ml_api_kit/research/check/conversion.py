"""What a check found of a converted project: `conversion.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ml_api_kit.errors import ProjectError
from ml_api_kit.research.check.answers import FirstDifference
from ml_api_kit.research.check.layout import CONVERSION


@dataclass(frozen=True, slots=True)
class GoldenResult:
    """How the golden cases went through HTTP.

    Attributes:
        rows: how many were tried.
        equal: how many were answered as in the notebook, alone (where tried alone) and in batches.
        largest_relative_difference: the largest one between two floats.
        recorded: how many the conversion recorded.
        alone: how many were also sent one by one.
        first_difference: the first answer that differs, or None; its row is the place in the data
            source, from 0.
    """

    rows: int
    equal: int
    largest_relative_difference: float
    recorded: int
    alone: int
    first_difference: FirstDifference | None


@dataclass(frozen=True, slots=True)
class ProjectTests:
    """How many of the project's own tests passed, and how many did not."""

    passed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Latency:
    """The median milliseconds that one row takes in this process, without HTTP.

    `before` is with the notebook's own pandas statements, `after` with the project's code; None
    where it could not be measured.
    """

    before_ms: float | None
    after_ms: float | None


@dataclass(frozen=True, slots=True)
class Conversion:
    """What is claimed of a converted project, all of it measured.

    Attributes:
        record: what the conversion said of the research code: model, statements, and so on.
        golden: how the golden cases went.
        tests: how the project's tests went.
        python: whether the golden cases are answered equally where pandas cannot be imported.
        latency: how long one row takes.
        seconds: how long the check took.
        reasons: each place that fell short: `file`, `line`, `what`, `why`.
    """

    record: Mapping[str, Any]
    golden: GoldenResult
    tests: ProjectTests
    python: bool
    latency: Latency
    seconds: float
    reasons: tuple[Mapping[str, Any], ...]

    @property
    def verified(self) -> bool:
        """Whether golden cases were tried through HTTP, and every one was equal."""
        return 0 < self.golden.rows == self.golden.equal

    @property
    def request_path(self) -> str:
        """What answers a row: `python`, `pandas`, or `batch` where no row can be asked for."""
        if not self.record["has_row_path"]:
            return "batch"
        return "python" if self.python else "pandas"

    @property
    def holds(self) -> bool:
        """Whether every claim holds: verified, and no test failed."""
        return self.verified and self.tests.passed > 0 and self.tests.failed == 0


def unchecked_conversion(record: Mapping[str, Any], *, recorded: int = 0) -> Conversion:
    """A conversion of which nothing is claimed yet."""
    return Conversion(
        record=record,
        golden=GoldenResult(0, 0, 0.0, recorded, 0, None),
        tests=ProjectTests(0, 0),
        python=False,
        latency=Latency(None, None),
        seconds=0.0,
        reasons=tuple(record["reasons"]),
    )


def to_document(conversion: Conversion) -> dict[str, Any]:
    """The conversion as the JSON object that `conversion.json` holds.

    `seconds` is all that the conversion and the check took; `steps` has the parts of it.
    """
    record = conversion.record
    steps = {**record["steps"], "check": round(conversion.seconds, 3)}
    measured = {
        "verified": conversion.verified,
        "python": conversion.python,
        "request_path": conversion.request_path,
        "golden": asdict(conversion.golden),
        "tests": asdict(conversion.tests),
        "latency": asdict(conversion.latency),
        "seconds": round(sum(steps.values()), 3),
        "steps": steps,
        "reasons": [dict(reason) for reason in conversion.reasons],
    }
    kept = {key: value for key, value in record.items() if key not in ("statements", *measured)}
    first = {"format_version": 1, "notebook": record["notebook"], "model": record["model"]}
    return {
        **first,
        **{key: measured[key] for key in ("verified", "python")},
        **kept,
        **measured,
        "recorded_reasons": list(record["reasons"]),
        "statements": list(record["statements"]),
    }


def write_conversion(project: Path, conversion: Conversion) -> None:
    """Write `conversion.json` into the folder `project`, in place of what was there."""
    text = json.dumps(to_document(conversion), indent=1, ensure_ascii=False)
    draft = project / f".{CONVERSION}.partial"
    draft.write_text(text + "\n", "utf-8")
    draft.replace(project / CONVERSION)


def read_record(project: Path) -> dict[str, Any]:
    """What `conversion.json` of the folder `project` says of the research code.

    Raises ProjectError: when there is none, so that this is no converted project.
    """
    path = project / CONVERSION
    try:
        document: dict[str, Any] = json.loads(path.read_bytes())
        steps = {key: value for key, value in document["steps"].items() if key != "check"}
        return document | {"reasons": document["recorded_reasons"], "steps": steps}
    except FileNotFoundError as error:
        raise ProjectError(
            f"There is no {CONVERSION} in {project.resolve()}: run this in the folder of a project "
            "that mlapi new --from made."
        ) from error
    except (ValueError, KeyError, AttributeError) as error:
        raise ProjectError(
            f"{path} is not what mlapi new --from wrote ({error!r}): convert the notebook anew."
        ) from error
