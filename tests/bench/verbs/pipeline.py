"""Four operations after each other, as a request would do them, in three ways."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import pairwise
from statistics import median

import pandas as pd

from ml_api_kit import preprocessing as verbs
from tests.bench.verbs.case import SCHOOLS, Rows, normal
from tests.bench.verbs.group_cases import INDEX, SCHOOLS_FRAME

AGGREGATES = {"median": ("score", "median"), "students": ("id", "count")}
ORDER = ["city", "score"]
CITY_AND_SIZE = {school["school"]: school for school in SCHOOLS}


def with_verbs(rows: Rows) -> Rows:
    """The median of the known scores of each city and grade, the best of them first seen."""
    rows = verbs.drop_missing(rows, subset="score")
    rows = verbs.join_rows(rows, INDEX)
    rows = verbs.sort_rows(rows, ORDER, ascending=[True, False])
    return verbs.aggregate_groups(rows, ["city", "grade"], AGGREGATES)


def by_hand(rows: Rows) -> Rows:
    joined = [
        {**row, **CITY_AND_SIZE[row["school"]]}
        for row in rows
        if (score := row["score"]) is not None and score == score
    ]
    joined.sort(key=lambda row: (row["city"], -row["score"]))
    groups: dict[tuple[str, int], list[float]] = defaultdict(list)
    for row in joined:
        groups[row["city"], row["grade"]].append(row["score"])
    return [
        {"city": city, "grade": grade, "median": median(scores), "students": len(scores)}
        for (city, grade), scores in groups.items()
    ]


def in_pandas(rows: Rows) -> Rows:
    frame = pd.DataFrame(rows)
    frame = frame.dropna(subset=["score"])
    frame = frame.merge(SCHOOLS_FRAME, on="school")
    frame = frame.sort_values(ORDER, ascending=[True, False], kind="stable")
    made = frame.groupby(["city", "grade"], sort=False, as_index=False).agg(**AGGREGATES)
    return list(made.to_dict("records"))


def in_polars(rows: Rows) -> Rows:
    import polars as pl

    made = (
        pl.DataFrame(rows)
        .drop_nulls("score")
        .join(pl.DataFrame(SCHOOLS), on="school")
        .sort(ORDER, descending=[False, True], maintain_order=True)
        .group_by(["city", "grade"], maintain_order=True)
        .agg(pl.col("score").median().alias("median"), pl.col("id").count().alias("students"))
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
