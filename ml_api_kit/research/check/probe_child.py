"""Loads a project's model in a process of its own and asks it for golden rows.

    python -m ml_api_kit.research.check.probe_child REQUEST.json RESULT.json

Without pandas it shows whether the request path needs pandas; with the notebook's own modules in
the place of the project's it shows how long those take. It serves nothing.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from ml_api_kit.research.check.answers import compare_answers
from ml_api_kit.research.check.golden import read_golden, spread_sample
from ml_api_kit.research.check.module_finders import hide_library, import_in_place

_BATCH_ROWS = 1000
_TIMED_ROWS = 50
_TIMING_LIMIT_S = 1.0

_PANDAS = "pandas"


def main(request_file: Path, result_file: Path) -> None:
    """Do what the request asks for; the result is written, also where the model failed."""
    request = json.loads(request_file.read_bytes())
    if request["hides_pandas"]:
        hide_library(_PANDAS)
    try:
        result = _probe(request)
    # Whatever a model's libraries raise where pandas is not there is what was asked for.
    except Exception as error:  # noqa: BLE001
        result = {"error": f"{type(error).__name__}: {error}", **_place(error)}
    result_file.write_text(json.dumps(result), "utf-8")


def _probe(request: dict[str, Any]) -> dict[str, Any]:
    files = request["modules"].items()
    import_in_place({f"{request['package']}.{name}": Path(path) for name, path in files})
    module = import_module(f"{request['package']}.prediction")
    model = getattr(module, request["model_class"])(Path(request["artifacts"]))
    cases = read_golden(Path(request["golden"]))
    result: dict[str, Any] = {"error": None}
    if request["compares"]:
        rows = [dict(case.row) for case in cases]
        found = [answer for batch in _batches(rows) for answer in model.predict(batch)]
        compared = compare_answers([dict(case.answer) for case in cases], _as_json(found))
        result["comparison"] = asdict(compared)
    result["latency_ms"] = _latency_ms(model, [dict(c.row) for c in spread_sample(cases)])
    return result


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), _BATCH_ROWS):
        yield rows[start : start + _BATCH_ROWS]


def _as_json(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers as a client reads them."""
    import orjson

    found: list[dict[str, Any]] = orjson.loads(
        orjson.dumps(answers, option=orjson.OPT_SERIALIZE_NUMPY)
    )
    return found


def _latency_ms(model: Any, rows: list[dict[str, Any]]) -> float:
    """The median milliseconds that the answer to one row takes."""
    model.predict([dict(rows[0])])
    taken: list[float] = []
    end = time.perf_counter() + _TIMING_LIMIT_S
    for index in range(_TIMED_ROWS):
        asked = [dict(rows[index % len(rows)])]
        start = time.perf_counter()
        model.predict(asked)
        taken.append((time.perf_counter() - start) * 1000)
        if time.perf_counter() > end:
            break
    return statistics.median(taken)


def _place(error: Exception) -> dict[str, Any]:
    """Where the error came from: the last place that is not the import system itself."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [frame for frame in frames if not frame.filename.startswith("<frozen")]
    return {"file": places[-1].filename, "line": places[-1].lineno}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
