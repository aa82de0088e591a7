"""Preprocessing: what is done to the rows before the model sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ml_api_kit.preprocessing import drop_duplicates, drop_missing

Row = dict[str, Any]
Pattern = tuple[int | None, ...]


def clean_answers(rows: Iterable[Row]) -> list[Row]:
    """Keep one row per student.

    Args:
        rows: one mapping per student, with the column `student_id`.

    Returns:
        The rows that name their student, in their order; of several rows of one student the last.
    """
    named = drop_missing(rows, subset=["student_id"])
    return drop_duplicates(named, subset=["student_id"], keep="last")


def count_patterns(rows: Iterable[Row], *, items: Sequence[str]) -> dict[Pattern, int]:
    """Count how many students gave each pattern of answers.

    Args:
        rows: one mapping per student, with a column per item.
        items: the items, in the order of the pattern.

    Returns:
        The number of students for each pattern, in the order the patterns were first seen; a
        pattern holds 1 (right), 0 (wrong) or None (not answered) for each item.
    """
    return dict(Counter(tuple(row[item] for item in items) for row in rows))
