"""Golden cases: raw rows of the source, and what the code's own model answered for them."""

from __future__ import annotations

import json
import math
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_api_kit.research.modularize.names import to_identifier
from ml_api_kit.research.modularize.sites import Candidate, Site

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A raw row and its answer.

    Attributes:
        position: the row's position in the source.
        row: the raw row, with JSON values.
        answer: the answer, with JSON values.
    """

    position: int
    row: dict[str, Any]
    answer: dict[str, Any]


def answers_by_position(
    chosen: Candidate,
    *,
    name: str,
    with_probabilities: bool,
    without: Container[int] = (),
) -> dict[int, dict[str, Any]]:
    """The model's answer for each row of the source that it was fitted to or asked about.

    Rows at the positions in `without` are left out.

    Where the code asked the model itself its answer is taken; rows that it was only fitted to or
    scored with are asked now, with the very features that the code had made.
    """
    found: dict[int, dict[str, Any]] = {}
    for site in sorted(chosen.sites, key=lambda site: site.method == "predict"):
        positions = site.rows.positions
        if positions is None or site.rows.source is not chosen.fit.rows.source:
            continue
        given = site.event.detail.get("given", {}).get(site.rows.number)
        if given is None:
            continue
        answers = site_answers(chosen, site, given, name, with_probabilities=with_probabilities)
        found.update(zip(positions.tolist(), answers, strict=True))
    return {
        place: answer for place, answer in found.items() if place != -1 and place not in without
    }


def site_answers(
    chosen: Candidate, site: Site, given: Any, name: str, *, with_probabilities: bool
) -> list[dict[str, Any]]:
    """An answer for each row that a site was given."""
    estimator = chosen.estimator
    result = site.event.detail.get("result") if site.method == "predict" else None
    if result is None:
        result = estimator.predict(given)
    columns = _answer_columns(chosen, result, name)
    if with_probabilities:
        probabilities = estimator.predict_proba(given)
        for label, column in zip(estimator.classes_.tolist(), probabilities.T, strict=True):
            columns[f"probability_{label}"] = to_list(column)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def output_names(chosen: Candidate, name: str, count: int) -> list[str]:
    """The names of the columns of an answer: those of the target where it has several."""
    target = chosen.target
    if count == 1:
        return [name]
    if target is not None and target.is_frame and len(target.columns or ()) == count:
        return [to_identifier(str(column)) for column in target.columns or ()]
    return [f"{name}_{place}" for place in range(count)]


def _answer_columns(chosen: Candidate, result: Any, name: str) -> dict[str, list[Any]]:
    import numpy as np

    table: NDArray[Any] = np.asarray(result)
    if table.ndim < 2 or table.shape[1] == 1:
        return {name: to_list(result)}
    names = output_names(chosen, name, table.shape[1])
    return {one: to_list(table[:, place]) for place, one in enumerate(names)}


def to_list(values: Any) -> list[Any]:
    """A one-dimensional result as JSON values; missing is None."""
    import numpy as np

    flat: NDArray[Any] = np.asarray(values)
    if flat.ndim > 1 and flat.shape[1:] == (1,) * (flat.ndim - 1):
        flat = flat.reshape(-1)
    return [to_json(one) for one in flat.tolist()]


def to_json(value: Any) -> Any:
    """A value of a table as a JSON value: missing is None, a time is ISO 8601."""
    if hasattr(value, "isoformat"):
        return None if value != value else value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, list | tuple):
        return [to_json(one) for one in value]
    return None if type(value).__name__ in ("NAType", "NaTType") else value


def raw_rows(frame: Any, columns: tuple[Any, ...]) -> list[dict[str, Any]]:
    """The rows of the source's frame as JSON values, under the columns' names as text."""
    lists = [[to_json(value) for value in frame[column].tolist()] for column in columns]
    names = [str(column) for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]


def write_cases(cases: list[dict[str, Any]], work: Path) -> None:
    """Write golden cases, one JSON document per line."""
    with (work / "golden.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(case) + "\n" for case in cases)


def first_difference(
    expected: list[dict[str, Any]], found: list[dict[str, Any]]
) -> tuple[int, str, Any, Any] | None:
    """The first place where answers differ: row, column, expected, found; None where none does."""
    for place, (one, other) in enumerate(zip(expected, found, strict=True)):
        for column, value in one.items():
            if not is_equal(value, other.get(column)):
                return place, column, value, other.get(column)
    return None


def is_equal(expected: Any, found: Any) -> bool:
    """Equal: floats within 1e-9 of each other, relatively; everything else exactly."""
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(is_equal, expected, found))
    if isinstance(expected, float) or isinstance(found, float):
        if not isinstance(expected, int | float) or not isinstance(found, int | float):
            return False
        return math.isclose(expected, found, rel_tol=1e-9, abs_tol=1e-12)
    return bool(expected == found and type(expected) is type(found))
