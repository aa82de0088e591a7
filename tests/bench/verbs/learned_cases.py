"""Verbs that learn from training rows, and those that apply what was learned."""

from __future__ import annotations

import math
from collections import Counter
from statistics import fmean
from typing import Any

import pandas as pd

from ml_api_kit import preprocessing as verbs
from tests.bench.verbs.case import Case, Rows, framed, students

TRAINING = students(1000)
CATEGORIES = verbs.learn_one_hot(TRAINING, "grade")
CODES = verbs.learn_codes(TRAINING, "school")
CODE_BY_SCHOOL = {school: code for code, school in enumerate(CODES["school"])}
SCALING = verbs.learn_scaling(TRAINING, "score")
CENTER, SCALE = SCALING["score"]["center"], SCALING["score"]["scale"]


def present(rows: Rows, column: str) -> list[Any]:
    return [value for row in rows if (value := row[column]) is not None and value == value]


def one_hot(rows: Rows) -> Rows:
    categories = CATEGORIES["grade"]
    return [
        {
            **{name: value for name, value in row.items() if name != "grade"},
            **{f"grade_{one}": row["grade"] == one for one in categories},
        }
        for row in rows
    ]


def one_hot_in_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    grades = pd.Categorical(frame["grade"], categories=CATEGORIES["grade"])
    return pd.get_dummies(frame.assign(grade=grades), columns=["grade"])


def scaled(rows: Rows) -> Rows:
    return [
        {
            **row,
            "score": score
            if (score := row["score"]) is None or score != score
            else (score - CENTER) / SCALE,
        }
        for row in rows
    ]


def scaling(rows: Rows) -> dict[str, dict[str, float]]:
    scores = present(rows, "score")
    mean = fmean(scores)
    spread = math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / len(scores))
    return {"score": {"center": mean, "scale": spread or 1.0}}


def scaling_in_pandas(frame: pd.DataFrame) -> dict[str, dict[str, float]]:
    return {
        "score": {
            "center": float(frame["score"].mean()),
            "scale": float(frame["score"].std(ddof=0)) or 1.0,
        }
    }


def fills(rows: Rows) -> dict[str, Any]:
    counts = Counter(present(rows, "school"))
    most = max(counts.values())
    return {
        "score": fmean(present(rows, "score")),
        "school": min(school for school, count in counts.items() if count == most),
    }


def bins(rows: Rows) -> dict[str, Any]:
    scores = present(rows, "score")
    low, high = min(scores), max(scores)
    edges = [low + (high - low) * place / 4 for place in range(5)]
    edges[0] -= (high - low) * 0.001
    return {"edges": edges, "is_right_closed": True}


def bins_in_pandas(frame: pd.DataFrame) -> dict[str, Any]:
    _, edges = pd.cut(frame["score"], 4, retbins=True)
    return {"edges": edges.tolist(), "is_right_closed": True}


def quantile_bins(rows: Rows) -> dict[str, Any]:
    scores = sorted(present(rows, "score"))
    edges = []
    for quarter in range(5):
        place = (len(scores) - 1) * quarter / 4
        below = min(math.floor(place), len(scores) - 2)
        edges.append(scores[below] + (scores[below + 1] - scores[below]) * (place - below))
    return {"edges": edges, "is_lowest_included": True}


def quantile_bins_in_pandas(frame: pd.DataFrame) -> dict[str, Any]:
    _, edges = pd.qcut(frame["score"], 4, retbins=True)
    return {"edges": edges.tolist(), "is_lowest_included": True}


CASES = [
    Case(
        "learn_one_hot",
        lambda rows: verbs.learn_one_hot(rows, "school"),
        lambda rows: {"school": sorted({row["school"] for row in rows if row["school"]})},
        framed(lambda frame: {"school": sorted(frame["school"].dropna().unique())}),
    ),
    Case(
        "one_hot",
        lambda rows: verbs.one_hot(rows, CATEGORIES),
        one_hot,
        framed(one_hot_in_pandas),
    ),
    Case(
        "one_hot_values",
        lambda grades: verbs.one_hot_values(grades, CATEGORIES["grade"]),
        lambda grades: [{one: grade == one for one in CATEGORIES["grade"]} for grade in grades],
        lambda grades: pd.get_dummies(
            pd.Series(pd.Categorical(grades, categories=CATEGORIES["grade"]))
        ).to_dict("records"),
        given=lambda rows: [row["grade"] for row in rows],
    ),
    Case(
        "learn_codes",
        lambda rows: verbs.learn_codes(rows, "school"),
        lambda rows: {"school": list(dict.fromkeys(row["school"] for row in rows))},
        framed(lambda frame: {"school": pd.factorize(frame["school"])[1].tolist()}),
    ),
    Case(
        "encode_codes",
        lambda rows: verbs.encode_codes(rows, CODES),
        lambda rows: [{**row, "school": CODE_BY_SCHOOL.get(row["school"], -1)} for row in rows],
        framed(
            lambda frame: frame.assign(
                school=pd.Categorical(frame["school"], categories=CODES["school"]).codes
            )
        ),
    ),
    Case(
        "learn_fill",
        lambda rows: verbs.learn_fill(rows, {"score": "mean", "school": "mode"}),
        fills,
        framed(
            lambda frame: {
                "score": float(frame["score"].mean()),
                "school": frame["school"].mode()[0],
            }
        ),
    ),
    Case(
        "learn_scaling",
        lambda rows: verbs.learn_scaling(rows, "score"),
        scaling,
        framed(scaling_in_pandas),
    ),
    Case(
        "scale_values",
        lambda rows: verbs.scale_values(rows, SCALING),
        scaled,
        framed(lambda frame: frame.assign(score=(frame["score"] - CENTER) / SCALE)),
    ),
    Case(
        "learn_bins",
        lambda rows: verbs.learn_bins(rows, "score", 4),
        bins,
        framed(bins_in_pandas),
        least_rows=10,
    ),
    Case(
        "learn_quantile_bins",
        lambda rows: verbs.learn_quantile_bins(rows, "score", 4),
        quantile_bins,
        framed(quantile_bins_in_pandas),
        least_rows=10,
    ),
]
