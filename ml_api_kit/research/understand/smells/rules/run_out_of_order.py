"""The notebook's counts say that its cells were run in another order, or more than once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ml_api_kit.research.understand.evidence import Evidence, Place

WHY = "What it shows may come from cells as they are not any more, and need not come out again."
ADVICE = "Restart, run all cells in order, and see that the results are the same."


def find(evidence: Evidence) -> Iterator[Place]:
    """The first cell that ran after one below it, or else the first count that was left out."""
    counted = [
        (cell, count) for cell, count in evidence.code.execution_counts.items() if count is not None
    ]
    for (cell, count), (below, next_count) in pairwise(counted):
        if next_count < count:
            what = f"was run as number {count}, after cell {below} below it, number {next_count}"
            yield Place(cell, 1, what)
            return
    skipped = _skipped(counted)
    if skipped is not None:
        cell, before, count = skipped
        what = f"was run as number {count}, the cell above as {before}: cells ran again or are gone"
        yield Place(cell, 1, what)


def _skipped(counted: list[tuple[int, int]]) -> tuple[int, int, int] | None:
    """The first cell whose count does not follow from the one above, with both counts."""
    for (_, before), (cell, count) in pairwise(counted):
        if count > before + 1:
            return cell, before, count
    return None
