"""Verbs of one value, each in a comprehension over the rows."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable
from datetime import datetime
from statistics import fmean
from typing import Any

import pandas as pd

from ml_api_kit import preprocessing as verbs
from tests.bench.verbs.case import Case, Rows, framed
from tests.bench.verbs.table_cases import EDGES, LABELS

MONTH = r"-(\d\d)-"
YES = {"right": "yes"}


def as_texts(rows: Rows) -> Rows:
    return [{"grade": str(row["grade"])} for row in rows]


def as_times(rows: Rows) -> Rows:
    return [{"born": datetime.fromisoformat(row["born"])} for row in rows]


def as_named(rows: Rows) -> Rows:
    return [{"name": row["name"] or "", "answer": row["answer"] or ""} for row in rows]


def _total_case(name: str, total: Callable[[tuple[Any, Any]], Any]) -> Case:
    """The case of the verb `total_...` of two columns."""

    def by_verb(rows: Rows) -> list[Any]:
        verb = getattr(verbs, f"total_{name}")
        return [verb((row["id"], row["grade"])) for row in rows]

    return Case(
        f"total_{name}",
        by_verb,
        lambda rows: [total((row["id"], row["grade"])) for row in rows],
        framed(lambda frame: getattr(frame[["id", "grade"]], name)(axis=1)),
    )


CASES = [
    Case(
        "is_missing",
        lambda rows: [verbs.is_missing(row["score"]) for row in rows],
        lambda rows: [(score := row["score"]) is None or score != score for row in rows],
        framed(lambda frame: frame["score"].isna()),
    ),
    Case(
        "filled",
        lambda rows: [verbs.filled(row["score"], 0.0) for row in rows],
        lambda rows: [
            0.0 if (score := row["score"]) is None or score != score else score for row in rows
        ],
        framed(lambda frame: frame["score"].fillna(0.0)),
    ),
    Case(
        "replaced",
        lambda rows: [verbs.replaced(row["answer"], YES) for row in rows],
        lambda rows: [YES.get(row["answer"], row["answer"]) for row in rows],
        framed(lambda frame: frame["answer"].replace(YES)),
    ),
    Case(
        "to_type",
        lambda rows: [verbs.to_type(row["grade"], "float64") for row in rows],
        lambda rows: [float(row["grade"]) for row in rows],
        framed(lambda frame: frame["grade"].astype("float64")),
    ),
    Case(
        "to_number",
        lambda rows: [verbs.to_number(row["grade"]) for row in rows],
        lambda rows: [int(row["grade"]) for row in rows],
        framed(lambda frame: pd.to_numeric(frame["grade"])),
        given=as_texts,
    ),
    Case(
        "to_time",
        lambda rows: [verbs.to_time(row["born"]) for row in rows],
        lambda rows: [datetime.fromisoformat(row["born"]) for row in rows],
        lambda rows: list(pd.to_datetime(pd.DataFrame(rows)["born"]).dt.to_pydatetime()),
    ),
    Case(
        "for_text",
        lambda rows: [verbs.for_text(str.upper, row["name"]) for row in rows],
        lambda rows: [
            name.upper() if isinstance(name := row["name"], str) else math.nan for row in rows
        ],
        framed(lambda frame: frame["name"].str.upper()),
    ),
    Case(
        "for_time",
        lambda rows: [verbs.for_time(lambda when: when.year, row["born"]) for row in rows],
        lambda rows: [
            born.year if isinstance(born := row["born"], datetime) else math.nan for row in rows
        ],
        framed(lambda frame: frame["born"].dt.year),
        given=as_times,
    ),
    Case(
        "bin_label",
        lambda rows: [verbs.bin_label(row["score"], EDGES, LABELS) for row in rows],
        lambda rows: [
            math.nan
            if (score := row["score"]) is None or score != score
            else LABELS[bisect_left(EDGES, score) - 1]
            for row in rows
        ],
        framed(lambda frame: pd.cut(frame["score"], EDGES, labels=LABELS)),
    ),
    Case(
        "extracted",
        lambda rows: [verbs.extracted(row["born"], MONTH) for row in rows],
        lambda rows: [re.search(MONTH, row["born"]).group(1) for row in rows],
        framed(lambda frame: frame["born"].str.extract(MONTH, expand=False)),
    ),
    Case(
        "joined",
        lambda rows: [verbs.joined(row["name"], "_", row["answer"]) for row in rows],
        lambda rows: [f"{row['name']}_{row['answer']}" for row in rows],
        framed(lambda frame: frame["name"] + "_" + frame["answer"]),
        given=as_named,
    ),
    _total_case("sum", sum),
    _total_case("mean", fmean),
    _total_case("min", min),
    _total_case("max", max),
    Case(
        "divided",
        lambda rows: [verbs.divided(row["id"], row["grade"]) for row in rows],
        lambda rows: [row["id"] / row["grade"] for row in rows],
        framed(lambda frame: frame["id"] / frame["grade"]),
    ),
    Case(
        "floor_divided",
        lambda rows: [verbs.floor_divided(row["id"], row["grade"]) for row in rows],
        lambda rows: [row["id"] // row["grade"] for row in rows],
        framed(lambda frame: frame["id"] // frame["grade"]),
    ),
    Case(
        "remainder",
        lambda rows: [verbs.remainder(row["id"], row["grade"]) for row in rows],
        lambda rows: [row["id"] % row["grade"] for row in rows],
        framed(lambda frame: frame["id"] % frame["grade"]),
    ),
    Case(
        "power",
        lambda rows: [verbs.power(row["grade"], 2) for row in rows],
        lambda rows: [row["grade"] ** 2 for row in rows],
        framed(lambda frame: frame["grade"] ** 2),
    ),
]
