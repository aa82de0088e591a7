"""Tries the modules of a conversion on its golden rows, in a process of its own.

    python -m ml_api_kit.research.check.trial WORK_FOLDER [--without-pandas]

It prints one JSON object: `rows`, `equal`, `largest_relative_difference`, `first_difference`,
`seconds_one_row`, or `error`.
"""

from __future__ import annotations

import importlib
import importlib.abc
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

PACKAGE_TOKEN = "__package__name__"
_ALONE = 40
_ALONE_LIMIT_S = 1.0
_TIMEOUT_S = 120


def try_modules(work: Path, *, without_pandas: bool = False) -> dict[str, Any]:
    """What the trial prints, from a child process."""
    command = [sys.executable, "-m", "ml_api_kit.research.check.trial", str(work)]
    done = subprocess.run(
        [*command, *(["--without-pandas"] if without_pandas else [])],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
        env=child_environment(),
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return {"error": (done.stderr.strip().splitlines() or ["it said nothing"])[-1]}
    result: dict[str, Any] = json.loads(lines[-1])
    return result


def child_environment() -> dict[str, str]:
    """The environment of a process that imports what this one does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def outcome(work: Path, *, without_pandas: bool = False) -> dict[str, Any]:
    """How the modules in `work` answer the golden rows in this process; `error` where they fail."""
    try:
        return _main(work, without_pandas=without_pandas)
    # The trial is to tell whatever happened, in a sentence.
    except Exception as error:  # noqa: BLE001
        frames = traceback.extract_tb(error.__traceback__)
        at = next((f for f in reversed(frames) if "converted_trial" in f.filename), None)
        where = f" ({Path(at.filename).name}, line {at.lineno}{_text(at)})" if at else ""
        return {"error": f"{type(error).__name__}: {error}{where}"}


def _text(frame: traceback.FrameSummary) -> str:
    """What is written where an error was raised; nothing where that is but a bracket."""
    line = (frame.line or "").strip()
    return f": {line}" if any(map(str.isalpha, line)) else ""


def _main(work: Path, *, without_pandas: bool) -> dict[str, Any]:
    if without_pandas:
        hide_pandas()
    interface = json.loads((work / "interface.json").read_text(encoding="utf-8"))
    cases = [json.loads(line) for line in (work / "golden.jsonl").open(encoding="utf-8")]
    if not cases:
        return {"error": "there are no golden rows"}
    with tempfile.TemporaryDirectory() as parent:
        package = Path(parent, "converted_trial")
        package.mkdir()
        (package / "__init__.py").touch()
        for module in (work / "package").glob("*.py"):
            text = module.read_text(encoding="utf-8").replace(PACKAGE_TOKEN, package.name)
            (package / module.name).write_text(text, encoding="utf-8")
        sys.path.insert(0, parent)
        prediction = importlib.import_module("converted_trial.prediction")
        model = getattr(prediction, interface["model_class"])(work / "artifacts")
        return _compared(model, cases)


def hide_pandas() -> None:
    """Let this process be as one where pandas is not installed."""

    class Hidden(importlib.abc.MetaPathFinder):
        def find_spec(self, name: str, path: Any, target: Any = None) -> None:
            if name.partition(".")[0] == "pandas":
                raise ModuleNotFoundError("No module named 'pandas'", name=name)

    sys.meta_path.insert(0, Hidden())


def _compared(model: Any, cases: list[dict[str, Any]]) -> dict[str, Any]:
    from ml_api_kit.research.check.answers import compare_answers

    rows = [case["row"] for case in cases]
    expected = [case["answer"] for case in cases]
    together = compare_answers(expected, _json(model.predict(rows)))
    step = max(1, len(cases) // _ALONE)
    alone, seconds = _alone(model, rows[::step])
    single = compare_answers(expected[::step][: len(alone)], _json(alone))
    unequal = {*together.unequal, *(place * step for place in single.unequal)}
    first = together.first_difference
    place = None if first is None else first.row
    if first is None and single.first_difference is not None:
        first, place = single.first_difference, single.first_difference.row * step
    return {
        "rows": len(cases),
        "equal": len(cases) - len(unequal),
        "largest_relative_difference": max(
            together.largest_relative_difference, single.largest_relative_difference
        ),
        "first_difference": None
        if first is None or place is None
        else {
            **asdict(first),
            "row": place,
            "raw_index": cases[place]["raw_index"],
        },
        "seconds_one_row": seconds,
    }


def _alone(model: Any, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], float]:
    """The answers to rows asked for one by one, while there is time, and the seconds each took."""
    found: list[dict[str, Any]] = []
    started = time.perf_counter()
    elapsed_s = 0.0
    for row in rows:
        found += model.predict([row])
        elapsed_s = time.perf_counter() - started
        if elapsed_s > _ALONE_LIMIT_S:
            break
    return found, elapsed_s / len(found)


def _json(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers as they would be after a way through JSON."""
    from ml_api_kit.research.modularize.golden import to_json

    return [{name: to_json(value) for name, value in row.items()} for row in answers]


if __name__ == "__main__":
    print(json.dumps(outcome(Path(sys.argv[1]), without_pandas="--without-pandas" in sys.argv)))
