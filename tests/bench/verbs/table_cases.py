"""Verbs that replace and make values."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import datetime
from typing import Any

import pandas as pd

from ml_api_kit import preprocessing as verbs
from tests.bench.verbs.case import Case, Rows, framed

ANSWERS = {"right": 1, "wrong": 0}
YES = {"right": "yes"}
EDGES = [0.0, 25.0, 50.0, 100.0]
LABELS = ["low", "middle", "high"]
GIVEN_NAME = re.compile(r", (?P<given>\w+)")
DTYPES = {"id": "int64", "school": "str", "score": "float64"}


def is_there(value: Any) -> bool:
    return value is not None and value == value


def filled(rows: Rows) -> Rows:
    return [
        {**row, "score": 0.0 if (score := row["score"]) is None or score != score else score}
        for row in rows
    ]


def filled_along(rows: Rows) -> Rows:
    made = []
    last = None
    for row in rows:
        score = row["score"]
        if score is None or score != score:
            score = last
        last = score
        made.append({**row, "score": score})
    return made


def clipped(rows: Rows) -> Rows:
    return [
        {
            **row,
            "score": score
            if (score := row["score"]) is None or score != score
            else min(max(score, 20.0), 80.0),
        }
        for row in rows
    ]


def dated(rows: Rows) -> Rows:
    made = []
    for row in rows:
        born = datetime.fromisoformat(row["born"])
        made.append({**row, "born_year": born.year, "born_weekday": born.weekday()})
    return made


def dated_in_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    born = pd.to_datetime(frame["born"])
    return frame.assign(born_year=born.dt.year, born_weekday=born.dt.day_of_week)


def split(rows: Rows) -> Rows:
    made = []
    for row in rows:
        family, given = row["name"].split(", ", 1)
        made.append({**row, "family": family, "given": given})
    return made


def split_in_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    frame[["family", "given"]] = frame["name"].str.split(", ", n=1, expand=True, regex=False)
    return frame


def extracted(rows: Rows) -> Rows:
    return [
        {**row, "given": found["given"] if (found := GIVEN_NAME.search(row["name"])) else None}
        for row in rows
    ]


def cut(rows: Rows) -> Rows:
    return [
        {
            **row,
            "score": LABELS[bisect_left(EDGES, score) - 1]
            if is_there(score := row["score"])
            else None,
        }
        for row in rows
    ]


def typed(rows: Rows) -> Rows:
    return [
        {
            "id": int(row["id"]),
            "school": str(row["school"]),
            "score": float("nan") if (score := row["score"]) is None else float(score),
        }
        for row in rows
    ]


CASES = [
    Case(
        "fill_missing",
        lambda rows: verbs.fill_missing(rows, {"score": 0.0}),
        filled,
        framed(lambda frame: frame.fillna({"score": 0.0})),
    ),
    Case(
        "fill_forward",
        lambda rows: verbs.fill_forward(rows, columns="score"),
        filled_along,
        framed(lambda frame: frame.assign(score=frame["score"].ffill())),
    ),
    Case(
        "fill_backward",
        lambda rows: verbs.fill_backward(rows, columns="score"),
        lambda rows: filled_along(rows[::-1])[::-1],
        framed(lambda frame: frame.assign(score=frame["score"].bfill())),
    ),
    Case(
        "replace_values",
        lambda rows: verbs.replace_values(rows, YES, columns="answer"),
        lambda rows: [{**row, "answer": YES.get(row["answer"], row["answer"])} for row in rows],
        framed(lambda frame: frame.assign(answer=frame["answer"].replace(YES))),
    ),
    Case(
        "map_values",
        lambda rows: verbs.map_values(rows, ANSWERS, columns="answer"),
        lambda rows: [{**row, "answer": ANSWERS.get(row["answer"])} for row in rows],
        framed(lambda frame: frame.assign(answer=frame["answer"].map(ANSWERS))),
    ),
    Case(
        "clip_values",
        lambda rows: verbs.clip_values(rows, columns="score", lower=20.0, upper=80.0),
        clipped,
        framed(lambda frame: frame.assign(score=frame["score"].clip(20.0, 80.0))),
    ),
    Case(
        "convert_types",
        lambda rows: verbs.convert_types(rows, {"id": float, "grade": str}),
        lambda rows: [{**row, "id": float(row["id"]), "grade": str(row["grade"])} for row in rows],
        framed(lambda frame: frame.astype({"id": float, "grade": str})),
    ),
    Case(
        "typed_rows",
        lambda rows: verbs.typed_rows(rows, DTYPES),
        typed,
        lambda rows: pd.DataFrame(rows, columns=list(DTYPES)).astype(DTYPES).to_dict("records"),
    ),
    Case(
        "assign_columns",
        lambda rows: verbs.assign_columns(rows, {"double": lambda row: row["grade"] * 2}),
        lambda rows: [{**row, "double": row["grade"] * 2} for row in rows],
        framed(lambda frame: frame.assign(double=frame["grade"] * 2)),
    ),
    Case(
        "date_parts",
        lambda rows: verbs.date_parts(rows, "born", ["year", "weekday"]),
        dated,
        framed(dated_in_pandas),
    ),
    Case(
        "split_text",
        lambda rows: verbs.split_text(rows, "name", ["family", "given"], separator=", "),
        split,
        framed(split_in_pandas),
    ),
    Case(
        "extract_text",
        lambda rows: verbs.extract_text(rows, "name", GIVEN_NAME),
        extracted,
        framed(lambda frame: frame.join(frame["name"].str.extract(GIVEN_NAME))),
    ),
    Case(
        "cut_values",
        lambda rows: verbs.cut_values(rows, "score", EDGES, labels=LABELS),
        cut,
        framed(lambda frame: frame.assign(score=pd.cut(frame["score"], EDGES, labels=LABELS))),
    ),
]
