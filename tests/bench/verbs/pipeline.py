"""Four operations after each other, as a request would do them, in three ways."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import pandas as pd

from ml_api_kit import preprocessing as verbs
from tests.bench.verbs.case import Rows, normal
from tests.bench.verbs.table_cases import ANSWERS

AGGREGATES = {"score": ("score", "mean"), "right": ("answer", "sum")}


def with_verbs(rows: Rows) -> Rows:
    """The mean score and the right answers of each school, of the pupils in a higher grade."""
    rows = [row for row in rows if row["grade"] > 2]
    rows = verbs.fill_missing(rows, {"score": 0.0})
    rows = verbs.map_values(rows, ANSWERS, columns="answer")
    return verbs.aggregate_groups(rows, "school", AGGREGATES)


def by_hand(rows: Rows) -> Rows:
    groups: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for row in rows:
        if row["grade"] > 2:
            score = 0.0 if (score := row["score"]) is None or score != score else score
            groups[row["school"]].append((score, ANSWERS[row["answer"]]))
    return [
        {
            "school": school,
            "score": sum(score for score, _ in pairs) / len(pairs),
            "right": sum(right for _, right in pairs),
        }
        for school, pairs in groups.items()
    ]


def in_pandas(rows: Rows) -> Rows:
    frame = pd.DataFrame(rows)
    frame = frame[frame["grade"] > 2]
    frame = frame.fillna({"score": 0.0})
    frame["answer"] = frame["answer"].map(ANSWERS)
    made: Any = frame.groupby("school", sort=False, as_index=False).agg(**AGGREGATES)
    return list(made.to_dict("records"))


def in_polars(rows: Rows) -> Rows:
    import polars as pl

    frame = pl.DataFrame(rows)
    frame = frame.filter(pl.col("grade") > 2).with_columns(
        pl.col("score").fill_null(0.0), pl.col("answer").replace_strict(ANSWERS)
    )
    made = frame.group_by("school", maintain_order=True).agg(
        pl.col("score").mean(), pl.col("answer").sum().alias("right")
    )
    return list(made.to_dicts())


#: Polars is measured where it is installed; nothing else here needs it.
PIPELINES: dict[str, Callable[[Rows], Rows]] = {
    "verbs": with_verbs,
    "by hand": by_hand,
    "pandas": in_pandas,
    **({"polars": in_polars} if find_spec("polars") else {}),
}


def check_pipelines(rows: Rows) -> None:
    """Nothing, where all ways answer equally.

    Raises SystemExit: when they do not, since then they did not do the same work.
    """
    expected = normal(with_verbs(rows))
    for name, call in PIPELINES.items():
        if normal(call(rows)) != expected:
            raise SystemExit(f"The pipeline {name} answers otherwise than the one of verbs.")


def crossing(sizes: Sequence[int], ratios: Sequence[float]) -> float | None:
    """From how many rows on a ratio is below 1, between the measured sizes; None where it is not.

    Along the straight line between the logarithms of the two sizes around it.

    >>> round(crossing([100, 1000, 10000], [8.0, 2.0, 0.5]))
    3162
    """
    points = list(zip(sizes, ratios, strict=True))
    for (size, ratio), (next_size, next_ratio) in pairwise(points):
        if ratio >= 1 > next_ratio:
            part = math.log(ratio) / (math.log(ratio) - math.log(next_ratio))
            return math.exp(math.log(size) + part * (math.log(next_size) - math.log(size)))
    return None
