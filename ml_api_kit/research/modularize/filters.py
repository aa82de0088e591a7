"""Rows that the research code left out on the way to its model, or corrected: where, and which.

A request is answered whether or not the research code would have left its row out, since what it
left out for was mostly known of the training data alone: a price too high, a row that stands twice.
So it is said, where the request is described. A single cell that was given another value is such
a thing as well: the request's row is taken as it comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ml_api_kit.research.record.tape import Event
from ml_api_kit.research.source.code import ResearchCode

# Parts of the data that are taken for training, testing or trying, which say nothing of a row.
_PARTS = (
    "train_test_split",
    ".sample",
    ".head",
    ".tail",
    "shuffle",
    "resample",
    ".split",
    ".nsmallest",
    ".nlargest",
)
_LONGEST = 120


def find_filters(events: Sequence[Event], code: ResearchCode) -> list[dict[str, Any]]:
    """The statements that left rows out, in order: `cell`, `line`, `text`, `rows`, `kept`.

    `rows` is how many there were before, `kept` how many after.
    """
    found: dict[int, dict[str, Any]] = {}
    for event in events:
        counts = _counts(event)
        if counts is None or event.statement < 0:
            continue
        before, after = counts
        place = _place(code, event)
        known = found.setdefault(event.statement, {**place, "rows": before, "kept": after})
        known["rows"], known["kept"] = max(known["rows"], before), min(known["kept"], after)
    return list(found.values())


def list_corrections(corrections: Mapping[int, Event], code: ResearchCode) -> list[dict[str, Any]]:
    """The statements that corrected a cell: `cell`, `line`, `text`, and the position `row`."""
    return [{**_place(code, event), "row": row} for row, event in sorted(corrections.items())]


def _place(code: ResearchCode, event: Event) -> dict[str, Any]:
    statement = code.statements[event.statement]
    text = " ".join(statement.text.split())
    return {
        "cell": statement.cell,
        "line": statement.line,
        "text": text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…",
    }


def _counts(event: Event) -> tuple[int, int] | None:
    """How many rows a filter took and gave; None where the event is none."""
    out = event.output
    parent = event.detail.get("selects") or (None if out is None else out.before)
    if out is None or parent is None or not out.shape or not parent.shape:
        return None
    is_part = event.kind in ("element", "recognised") or event.function.endswith(_PARTS)
    if is_part or _is_by_position(event) or out.shape[0] >= parent.shape[0] or not out.shape[0]:
        return None
    return int(parent.shape[0]), int(out.shape[0])


def _is_by_position(event: Event) -> bool:
    """Whether rows are taken by their place, as `df[:800]` and `X[test_rows]` do."""
    key = event.detail.get("key")
    first = key[0] if isinstance(key, tuple) and key else key
    return isinstance(first, slice | list | int) or getattr(first, "dtype", None) == "int64"
