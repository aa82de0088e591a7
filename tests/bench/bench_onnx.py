"""A random forest's one-row requests per CPU second: as scikit-learn answers them, and as ONNX.

The two take turns, so that what else the machine does
falls on both; CPU time is the process's own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier

from ml_api_kit.contract import Artifacts, freeze_estimator, load_estimator, write_artifacts

ROUNDS = 7
ROUND_CPU_S = 0.15


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests per CPU second of both, the median of the rounds, and how far answers differ."""

    method: str
    trees: int
    original: float
    onnx: float
    largest_difference: float


def requests_per_cpu_second(answer: Callable[[Any], Any], rows: Any) -> float:
    requests, start = 0, time.process_time()
    while time.process_time() - start < ROUND_CPU_S:
        answer(rows[requests % len(rows)][None, :])
        requests += 1
    return requests / (time.process_time() - start)


def measure(trees: int) -> list[Measured]:
    rows, labels = load_breast_cancer(return_X_y=True)
    original: Any = RandomForestClassifier(trees, random_state=0).fit(rows, labels)
    frozen = freeze_estimator(original, rows)
    if frozen.record.kept != "onnx":
        raise SystemExit(f"The forest was not kept as ONNX: {frozen.record.reason}")
    with TemporaryDirectory() as parent:
        write_artifacts(Path(parent, "artifacts"), frozen.artifacts)
        onnx: Any = load_estimator(Artifacts(Path(parent, "artifacts")))
    return [compare(method, trees, original, onnx, rows) for method in ("predict", "predict_proba")]


def compare(method: str, trees: int, original: Any, onnx: Any, rows: Any) -> Measured:
    each = getattr(original, method), getattr(onnx, method)
    rounds = [[requests_per_cpu_second(answer, rows) for answer in each] for _ in range(ROUNDS)]
    first, second = (median(column) for column in zip(*rounds, strict=True))
    apart = float(np.max(np.abs(each[0](rows) - each[1](rows))))
    return Measured(method, trees, first, second, apart)


def main() -> None:
    columns = f"{'trees':>5} {'scikit-learn':>13} {'ONNX':>9} {'times':>6} {'apart':>8}"
    sys.stdout.write("Requests of one row per CPU second (569 rows, 30 features)\n")
    sys.stdout.write(f"{'method':<14} {columns}\n")
    for trees in (10, 100):
        for one in measure(trees):
            sys.stdout.write(
                f"{one.method:<14} {one.trees:>5} {one.original:>13,.0f} {one.onnx:>9,.0f} "
                f"{one.onnx / one.original:>6.1f} {one.largest_difference:>8.1e}\n"
            )


if __name__ == "__main__":
    main()
