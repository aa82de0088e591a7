"""Verbs that count, group, join and reshape."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import fmean
from typing import Any

import pandas as pd

from ml_api_kit import preprocessing as verbs
from tests.bench.verbs.case import SCHOOLS, Case, Rows, framed, students

LEARNED = verbs.learn_group_values(students(1000), "school", "score", "mean")
MEANS: dict[str, float] = dict(LEARNED["values"])
INDEX = verbs.index_rows(SCHOOLS, "school")
SCHOOLS_FRAME = pd.DataFrame(SCHOOLS)
AGGREGATES = {"mean": ("score", "mean"), "best": ("score", "max"), "n": ("score", "size")}


def counted(rows: Rows) -> dict[str, int]:
    return dict(Counter(row["school"] for row in rows if row["school"] is not None))


def grouped(rows: Rows) -> dict[str, Rows]:
    groups = defaultdict(list)
    for row in rows:
        if (school := row["school"]) is not None:
            groups[school].append(row)
    return dict(groups)


def grouped_in_pandas(frame: pd.DataFrame) -> dict[str, Rows]:
    groups = frame.groupby("school", sort=False)
    return {school: group.to_dict("records") for school, group in groups}


def present_scores(rows: Rows) -> list[float]:
    return [score for row in rows if (score := row["score"]) is not None and score == score]


def aggregated(rows: Rows) -> Rows:
    made = []
    for school, group in grouped(rows).items():
        scores = present_scores(group)
        made.append(
            {
                "school": school,
                "mean": fmean(scores) if scores else None,
                "best": max(scores, default=None),
                "n": len(group),
            }
        )
    return made


def learned(rows: Rows) -> dict[str, Any]:
    means = []
    for school, group in grouped(rows).items():
        scores = present_scores(group)
        means.append([school, fmean(scores) if scores else None])
    return {"by": ["school"], "values": means}


def learned_in_pandas(frame: pd.DataFrame) -> dict[str, Any]:
    means = frame.groupby("school", sort=False)["score"].mean()
    return {"by": ["school"], "values": [[school, mean] for school, mean in means.items()]}


def group_filled(rows: Rows) -> Rows:
    return [
        {
            **row,
            "score": MEANS.get(row["school"])
            if (score := row["score"]) is None or score != score
            else score,
        }
        for row in rows
    ]


def indexed(rows: Rows) -> dict[str, Rows]:
    index = defaultdict(list)
    for row in rows:
        index[row["school"]].append(row)
    return index


def indexed_by_id(rows: Rows) -> dict[int, dict[str, Any]]:
    """The row of each id, having seen that none is there twice."""
    index: dict[int, dict[str, Any]] = {}
    for row in rows:
        if (key := row["id"]) in index:
            raise ValueError(f"there are several rows of id {key}")
        index[key] = row
    return index


def joined(rows: Rows) -> Rows:
    index = indexed(SCHOOLS)
    return [{**row, **school} for row in rows for school in index.get(row["school"], ())]


def melted(rows: Rows) -> Rows:
    return [
        {"id": row["id"], "item": item, "value": row[item]}
        for item in ("grade", "score")
        for row in rows
    ]


def best_scores(rows: Rows) -> Rows:
    """The best score of each school in each grade, a column for each grade."""
    cells: dict[tuple[str, int], list[float]] = defaultdict(list)
    for row in rows:
        cells[row["school"], row["grade"]].append(row["score"])
    grades = list(dict.fromkeys(grade for _, grade in cells))
    made: dict[str, dict[Any, Any]] = {}
    for (school, grade), given in cells.items():
        if school not in made:
            made[school] = {"school": school, **dict.fromkeys(grades)}
        scores = [score for score in given if score is not None and score == score]
        made[school][grade] = max(scores, default=None)
    return list(made.values())


def best_scores_in_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    options = {"index": "school", "columns": "grade", "values": "score", "aggfunc": "max"}
    return frame.pivot_table(**options, sort=False, dropna=False).reset_index()


def by_school(rows: Rows) -> dict[str, dict[Any, Any]]:
    return {row["school"]: row for row in rows}


CASES = [
    Case(
        "unique_values",
        lambda rows: verbs.unique_values(rows, "school"),
        lambda rows: list(dict.fromkeys(row["school"] for row in rows)),
        framed(lambda frame: frame["school"].unique()),
    ),
    Case(
        "count_unique",
        lambda rows: verbs.count_unique(rows, "school"),
        lambda rows: len({row["school"] for row in rows if row["school"] is not None}),
        framed(lambda frame: frame["school"].nunique()),
    ),
    Case(
        "value_counts",
        lambda rows: verbs.value_counts(rows, "school"),
        lambda rows: dict(
            Counter(row["school"] for row in rows if row["school"] is not None).most_common()
        ),
        framed(lambda frame: frame["school"].value_counts().to_dict()),
    ),
    Case(
        "count_groups",
        lambda rows: verbs.count_groups(rows, "school"),
        counted,
        framed(lambda frame: frame.groupby("school", sort=False).size().to_dict()),
    ),
    Case(
        "group_rows",
        lambda rows: verbs.group_rows(rows, "school"),
        grouped,
        framed(grouped_in_pandas),
    ),
    Case(
        "aggregate_groups",
        lambda rows: verbs.aggregate_groups(rows, "school", AGGREGATES),
        aggregated,
        framed(lambda frame: frame.groupby("school", sort=False, as_index=False).agg(**AGGREGATES)),
    ),
    Case(
        "learn_group_values",
        lambda rows: verbs.learn_group_values(rows, "school", "score", "mean"),
        learned,
        framed(learned_in_pandas),
    ),
    Case(
        "put_group_values",
        lambda rows: verbs.put_group_values(rows, LEARNED, "school_mean"),
        lambda rows: [{**row, "school_mean": MEANS.get(row["school"])} for row in rows],
        framed(lambda frame: frame.assign(school_mean=frame["school"].map(MEANS))),
    ),
    Case(
        "fill_group_values",
        lambda rows: verbs.fill_group_values(rows, LEARNED, "score"),
        group_filled,
        framed(lambda frame: frame.assign(score=frame["score"].fillna(frame["school"].map(MEANS)))),
    ),
    Case(
        "join_rows",
        lambda rows: verbs.join_rows(rows, SCHOOLS, on="school"),
        joined,
        framed(lambda frame: frame.merge(SCHOOLS_FRAME, on="school")),
    ),
    Case(
        "index_rows",
        lambda rows: verbs.index_rows(rows, "id").one,
        indexed_by_id,
        lambda rows: pd.DataFrame(rows).set_index("id", drop=False).to_dict("index"),
    ),
    Case(
        "melt_rows",
        lambda rows: verbs.melt_rows(
            rows, "id", value_vars=["grade", "score"], var_name="item", value_name="value"
        ),
        melted,
        framed(lambda frame: frame.melt("id", value_vars=["grade", "score"], var_name="item")),
    ),
    Case(
        "pivot_rows",
        lambda rows: verbs.pivot_rows(
            rows, index="school", columns="grade", values="score", how="max"
        ),
        best_scores,
        framed(best_scores_in_pandas),
        answer=by_school,
    ),
]
