"""Sends golden cases to a running project over HTTP, and compares what it answers.

1. all of them in batches; a batch that is refused again row by row, so that only what is at fault
   counts as unequal
2. a spread sample of them one by one
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ml_api_kit.research.check.answers import FirstDifference, compare_answers
from ml_api_kit.research.check.conversion import GoldenResult
from ml_api_kit.research.check.golden import GoldenCase, iter_batches, spread_places
from ml_api_kit.research.check.project_client import ProjectClient, RefusedError

MOST_ALONE = 200

_BATCH_ROWS = 500
_BATCH_BYTES = 400_000
_PAGE_ROWS = 1000
# Of slow models fewer rows are asked one by one; how many is in the result.
_ALONE_LIMIT_S = 5.0
# Where everything is refused, asking for every row again would say no more.
_MOST_REFUSALS = 20

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GoldenRun:
    """How the cases went, and what the API said where it refused a request for the first time."""

    result: GoldenResult
    refusal: str | None


def run_rows(client: ProjectClient, cases: Sequence[GoldenCase]) -> GoldenRun:
    """How all `cases` are answered in batches, and a sample of them one by one."""
    refusals: list[str] = []
    together = compare_answers(_answers(cases), _in_batches(client, cases, refusals))
    places = spread_places(len(cases), size=MOST_ALONE)
    found = _alone(client, [cases[place] for place in places], refusals)
    places = places[: len(found)]
    alone = compare_answers([cases[place].answer for place in places], found)
    first = together.first_difference or _at(alone.first_difference, places)
    first = _at(first, [_source_place(case, place) for place, case in enumerate(cases)])
    unequal = {*together.unequal, *(places[place] for place in alone.unequal)}
    largest = max(together.largest_relative_difference, alone.largest_relative_difference)
    rows = len(cases)
    result = GoldenResult(rows, rows - len(unequal), largest, rows, len(found), first)
    return GoldenRun(result, next(iter(refusals), None))


def run_results(client: ProjectClient, cases: Sequence[GoldenCase]) -> GoldenRun:
    """How the results that `GET` gives compare with the `cases`, page by page."""
    found: list[Row] = []
    refusal = None
    try:
        while len(found) < len(cases):
            page = client.get_page(limit=_PAGE_ROWS, after=len(found))
            found += page
            if not page:
                break
    except RefusedError as error:
        refusal = str(error)
    compared = compare_answers(_answers(cases), found)
    equal = len(cases) - len(compared.unequal)
    largest, first = compared.largest_relative_difference, compared.first_difference
    return GoldenRun(GoldenResult(len(cases), equal, largest, len(cases), 0, first), refusal)


def _answers(cases: Sequence[GoldenCase]) -> list[dict[str, Any]]:
    return [dict(case.answer) for case in cases]


def _in_batches(
    client: ProjectClient, cases: Sequence[GoldenCase], refusals: list[str]
) -> list[Row]:
    """An answer for each case, in order; an empty one where the API refused."""
    found: list[Row] = []
    for batch in iter_batches(cases, most_rows=_BATCH_ROWS, most_bytes=_BATCH_BYTES):
        answers = _ask(client, batch, refusals)
        if answers is None and len(batch) > 1:
            answers = [row for case in batch for row in _one(client, case, refusals)]
        found += answers if answers is not None else [{}]
    return found


def _alone(client: ProjectClient, cases: Sequence[GoldenCase], refusals: list[str]) -> list[Row]:
    """An answer for each case, asked for by itself, until the time for it is over."""
    found: list[Row] = []
    end = time.monotonic() + _ALONE_LIMIT_S
    for case in cases:
        found += _one(client, case, refusals)
        if time.monotonic() > end:
            break
    return found


def _one(client: ProjectClient, case: GoldenCase, refusals: list[str]) -> list[Row]:
    if len(refusals) > _MOST_REFUSALS:
        return [{}]
    return _ask(client, [case], refusals) or [{}]


def _ask(
    client: ProjectClient, cases: Sequence[GoldenCase], refusals: list[str]
) -> list[Row] | None:
    """One answer for each case, or None where the API refused."""
    try:
        answers = client.post_rows([case.row for case in cases])
    except RefusedError as error:
        refusals.append(str(error))
        return None
    if len(answers) != len(cases):
        refusals.append(f"{len(answers)} answers came for {len(cases)} rows")
        return None
    return answers


def _source_place(case: GoldenCase, place: int) -> int:
    return place if case.raw_index is None else case.raw_index


def _at(difference: FirstDifference | None, places: Sequence[int]) -> FirstDifference | None:
    return None if difference is None else replace(difference, row=places[difference.row])
