"""Labelled research code, read from a file that stays outside the repository.

Two forms, one JSON object a line: a snippet (`source`, `label`, `confidence`, `notebook`), or a
statement of a whole notebook (`file`, `cell`, `line`, `label`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_api_kit.research.understand import Category

NOT_JUDGED = "drop"
NAMES = {"helpers": "support"}


@dataclass(frozen=True, slots=True)
class Snippet:
    """Some lines of a notebook and what a person says they are for.

    Attributes:
        confidence: how sure the person was, 1 to 5.
        notebook: which snippets come from one notebook.
    """

    source: str
    label: Category
    confidence: int
    notebook: str


def has_statements(path: Path) -> bool:
    """Whether the file labels statements of whole notebooks, and not snippets."""
    return "line" in next(iter(_lines(path)), {})


def read_snippets(path: Path) -> list[Snippet]:
    """All labelled snippets of the file but those of comments only."""
    return [
        Snippet(one["source"], to_category(one["label"]), one["confidence"], str(one["notebook"]))
        for one in _lines(path)
        if one["label"] != NOT_JUDGED
    ]


def read_statements(path: Path) -> dict[Path, dict[tuple[int, int], Category]]:
    """For each notebook of the file the labels of its statements, by cell and line."""
    found: dict[Path, dict[tuple[int, int], Category]] = {}
    for one in _lines(path):
        if one["label"] != NOT_JUDGED:
            labels = found.setdefault(Path(one["file"]), {})
            labels[one["cell"], one["line"]] = to_category(one["label"])
    return found


def to_category(label: str) -> Category:
    """Our category of a label.

    Raises ValueError: when there is no such category.
    """
    return Category(NAMES.get(label, label))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
