"""One verb beside the loop that a person would write, and beside pandas."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

Rows = list[dict[str, Any]]

SCHOOLS: Rows = [
    {"school": f"school {place}", "city": f"city {place % 7}", "size": 100 + place}
    for place in range(40)
]


def students(count: int) -> Rows:
    """So many rows as they come from JSON: texts, numbers, every tenth score missing."""
    draw = random.Random(count)
    return [
        {
            "id": place,
            "name": f"Family {draw.randrange(1000)}, Given {place % 50}",
            "school": f"school {draw.randrange(40)}",
            "grade": draw.randrange(1, 7),
            "score": None if place % 10 == 3 else draw.random() * 100,
            "answer": draw.choice(["right", "wrong"]),
            "born": f"20{draw.randrange(10, 20)}-0{draw.randrange(1, 10)}-17",
        }
        for place in range(count)
    ]


def as_given(answer: Any) -> Any:
    return answer


@dataclass(frozen=True, slots=True)
class Case:
    """What a verb is measured by.

    Attributes:
        verb: its name.
        call: the verb, of what is given to it.
        by_hand: the loop that does the same, without its checks.
        in_pandas: the same in pandas, from rows and to rows.
        given: what is given to all three, made of the rows.
        answer: what of the answers of verb and pandas has to be the same.
        least_rows: how many rows it makes sense for; nothing is learned from one.
    """

    verb: str
    call: Callable[[Any], Any]
    by_hand: Callable[[Any], Any]
    in_pandas: Callable[[Any], Any]
    given: Callable[[Rows], Any] = as_given
    answer: Callable[[Any], Any] = as_given
    least_rows: int = 1


def framed(work: Callable[[pd.DataFrame], Any]) -> Callable[[Any], Any]:
    """The work on a frame as work on rows: the frame is made of them, and becomes rows again."""

    def from_rows_to_rows(rows: Any) -> Any:
        made = work(pd.DataFrame(rows))
        return made.to_dict("records") if isinstance(made, pd.DataFrame) else to_plain(made)

    return from_rows_to_rows


def to_plain(made: Any) -> Any:
    return made.tolist() if hasattr(made, "tolist") else made


def check(case: Case, rows: Rows) -> None:
    """Nothing, where the verb, the loop and pandas answer equally.

    Raises SystemExit: when they do not, since then they did not do the same work.
    """
    found = normal(case.call(case.given(rows)))
    by_hand = normal(case.by_hand(case.given(rows)))
    in_pandas = normal(case.answer(case.in_pandas(case.given(rows))))
    if found != by_hand:
        raise SystemExit(f"{case.verb} answers otherwise than the loop by hand: {by_hand}, {found}")
    if normal(case.answer(found)) != in_pandas:
        raise SystemExit(f"{case.verb} answers otherwise than pandas: {in_pandas}, {found}")


def normal(value: Any) -> Any:
    """The value with None for what is missing, and with floats to ten digits, to be compared."""
    if isinstance(value, Mapping):
        return {normal(key): normal(one) for key, one in value.items()}
    if isinstance(value, list):
        return [normal(one) for one in value]
    if isinstance(value, tuple):
        return tuple(normal(one) for one in value)
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.10g}")
    return value
