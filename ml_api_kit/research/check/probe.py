"""Asks a project's model outside of its server: without pandas, and as the notebook wrote it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ml_api_kit.research.check.children import Children
from ml_api_kit.research.check.layout import NOTEBOOK_MODULES

_LIMIT_S = 300
_LAST_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Probe:
    """What a process of its own found.

    Attributes:
        error: what went wrong, or None.
        file: the file it went wrong in, where it is known.
        line: the line it went wrong in, where it is known.
        is_equal: whether all golden rows were answered equally.
        latency_ms: the median milliseconds of one row.
    """

    error: str | None
    file: str | None = None
    line: int | None = None
    is_equal: bool = False
    latency_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Probes:
    """What was found without pandas, with it where that failed, and of the notebook's own code."""

    without_pandas: Probe
    with_pandas: Probe | None
    as_written: Probe | None


def run_probes(
    project: Path, record: Mapping[str, Any], golden: Path, children: Children
) -> Probes:
    """What the project's model does without pandas, and how long a row takes before and after.

    Where the notebook's own statements are still in the project, they are before as well as after.
    """
    ask = partial(_probe, project, record, golden, children)
    written = _written_modules(project)
    without = ask(hides_pandas=True, modules={})
    as_written = ask(hides_pandas=False, modules=written) if written else None
    if without.error is None:
        return Probes(without, None, as_written)
    with_pandas = ask(hides_pandas=False, modules={})
    return Probes(without, with_pandas, as_written or with_pandas)


def probe_artifacts(
    project: Path, record: Mapping[str, Any], *, artifacts: Path, golden: Path
) -> Probe:
    """What the project's model answers for other golden rows, with other artifacts than its own."""
    children = Children()
    try:
        return _probe(
            project,
            record,
            golden,
            children,
            hides_pandas=False,
            modules={},
            artifacts=artifacts,
        )
    finally:
        children.end()


def _written_modules(project: Path) -> dict[str, str]:
    """The notebook's own modules of the request path, by name."""
    files = sorted((project / NOTEBOOK_MODULES).glob("*.py.txt"))
    named = {path.name.partition(".")[0]: str(path.resolve()) for path in files}
    return {name: path for name, path in named.items() if name != "training"}


def _probe(
    project: Path,
    record: Mapping[str, Any],
    golden: Path,
    children: Children,
    *,
    hides_pandas: bool,
    modules: Mapping[str, str],
    artifacts: Path | None = None,
) -> Probe:
    request = {
        "hides_pandas": hides_pandas,
        "modules": dict(modules),
        "package": record["package"],
        "model_class": record["model_class"],
        "artifacts": str((artifacts or project / "artifacts").resolve()),
        "golden": str(golden.resolve()),
        "compares": not modules,
    }
    with TemporaryDirectory(prefix="mlapi-check-") as scratch:
        asked, told = Path(scratch, "request.json"), Path(scratch, "result.json")
        asked.write_text(json.dumps(request), "utf-8")
        module = "ml_api_kit.research.check.probe_child"
        command: list[str | Path] = [sys.executable, "-m", module, asked, told]
        said = children.run(command, project=project, limit_s=_LIMIT_S)
        if not told.is_file():
            return Probe(error=f"the process ended early: {said[-_LAST_CHARACTERS:]}")
        return _read(json.loads(told.read_bytes()))


def _read(result: Mapping[str, Any]) -> Probe:
    if result["error"] is not None:
        return Probe(result["error"], result["file"], result["line"])
    compared = result.get("comparison")
    is_equal = compared is not None and compared["rows"] > 0 and not compared["unequal"]
    return Probe(None, is_equal=is_equal, latency_ms=result["latency_ms"])
