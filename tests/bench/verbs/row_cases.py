"""Verbs that take, drop and order rows and columns."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd

from ml_api_kit import preprocessing as verbs
from tests.bench.verbs.case import Case, Rows, framed

COLUMNS = ["id", "name", "school", "grade", "score", "answer", "born"]
NAMES = {"score": "points", "born": "birthday"}


def as_lists(rows: Rows) -> list[list[Any]]:
    return [list(row.values()) for row in rows]


def in_halves(rows: Rows) -> list[Rows]:
    """Two tables, of which the second lacks a column of the first."""
    middle = len(rows) // 2
    return [rows[:middle], [{**row, "late": True} for row in rows[middle:]]]


def renamed(rows: Rows) -> Rows:
    return [{NAMES.get(name, name): value for name, value in row.items()} for row in rows]


def without_duplicates(rows: Rows) -> Rows:
    seen = set()
    kept = []
    for row in rows:
        key = row["school"], row["grade"]
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept


def marked(rows: Rows) -> list[bool]:
    seen = set()
    marks = []
    for row in rows:
        key = row["school"], row["grade"]
        marks.append(key in seen)
        seen.add(key)
    return marks


def sorted_by_score(rows: Rows) -> Rows:
    missing = [row for row in rows if row["score"] is None or row["score"] != row["score"]]
    present = [row for row in rows if row["score"] is not None and row["score"] == row["score"]]
    return sorted(present, key=lambda row: row["score"], reverse=True) + missing


def concatenated(tables: list[Rows]) -> Rows:
    names = list(dict.fromkeys(name for rows in tables for row in rows for name in row))
    return [{name: row.get(name) for name in names} for rows in tables for row in rows]


CASES = [
    Case(
        "to_rows",
        lambda values: verbs.to_rows(values, COLUMNS),
        lambda values: [dict(zip(COLUMNS, row, strict=True)) for row in values],
        lambda values: pd.DataFrame(values, columns=COLUMNS).to_dict("records"),
        given=as_lists,
    ),
    Case(
        "select_columns",
        lambda rows: verbs.select_columns(rows, ["id", "score"]),
        lambda rows: [{"id": row["id"], "score": row["score"]} for row in rows],
        framed(lambda frame: frame[["id", "score"]]),
    ),
    Case(
        "drop_columns",
        lambda rows: verbs.drop_columns(rows, ["name", "born"]),
        lambda rows: [
            {name: value for name, value in row.items() if name not in ("name", "born")}
            for row in rows
        ],
        framed(lambda frame: frame.drop(columns=["name", "born"])),
    ),
    Case(
        "rename_columns",
        lambda rows: verbs.rename_columns(rows, NAMES),
        renamed,
        framed(lambda frame: frame.rename(columns=NAMES)),
    ),
    Case(
        "filter_rows",
        lambda rows: verbs.filter_rows(rows, lambda row: row["grade"] > 3),
        lambda rows: [row for row in rows if row["grade"] > 3],
        framed(lambda frame: frame[frame["grade"] > 3]),
    ),
    Case(
        "drop_rows",
        lambda rows: verbs.drop_rows(rows, [0]),
        lambda rows: [row for place, row in enumerate(rows) if place != 0],
        framed(lambda frame: frame.drop(index=[0])),
    ),
    Case(
        "drop_missing",
        lambda rows: verbs.drop_missing(rows, subset="score"),
        lambda rows: [
            row for row in rows if row["score"] is not None and row["score"] == row["score"]
        ],
        framed(lambda frame: frame.dropna(subset=["score"])),
    ),
    Case(
        "drop_duplicates",
        lambda rows: verbs.drop_duplicates(rows, subset=["school", "grade"]),
        without_duplicates,
        framed(lambda frame: frame.drop_duplicates(subset=["school", "grade"])),
    ),
    Case(
        "mark_duplicates",
        lambda rows: verbs.mark_duplicates(rows, subset=["school", "grade"]),
        marked,
        framed(lambda frame: frame.duplicated(subset=["school", "grade"])),
    ),
    Case(
        "sort_rows",
        lambda rows: verbs.sort_rows(rows, "score", ascending=False),
        sorted_by_score,
        framed(lambda frame: frame.sort_values("score", ascending=False, kind="stable")),
    ),
    Case(
        "sample_rows",
        lambda rows: verbs.sample_rows(rows, frac=0.5, seed=7),
        lambda rows: random.Random(7).sample(rows, round(len(rows) / 2)),
        framed(lambda frame: frame.sample(frac=0.5, random_state=7)),
        answer=len,
    ),
    Case(
        "concat_rows",
        lambda tables: verbs.concat_rows(tables),
        concatenated,
        lambda tables: pd.concat(map(pd.DataFrame, tables), ignore_index=True).to_dict("records"),
        given=in_halves,
    ),
    Case(
        "put_columns",
        lambda given: verbs.put_columns(given[0], ["double", "half"], given[1]),
        lambda given: [
            {**row, "double": double, "half": half}
            for row, (double, half) in zip(given[0], given[1], strict=True)
        ],
        lambda given: (
            pd.DataFrame(given[0])
            .join(pd.DataFrame(given[1], columns=["double", "half"]))
            .to_dict("records")
        ),
        given=lambda rows: (rows, [[row["grade"] * 2, row["grade"] / 2] for row in rows]),
    ),
]
