"""What a statement is said to be for, before and while it is weighed against the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ml_api_kit.research.understand.category import Category

# What several statements together are for: the first of these that one of them is for.
_STRENGTH = (
    Category.EXPORT,
    Category.ML,
    Category.PREPARATION,
    Category.PREPROCESSING,
    Category.EXPLORATION,
    Category.SUPPORT,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A category and why.

    Attributes:
        is_sure: whether what is called says so, and not only the form of the statement.
    """

    category: Category
    reason: str
    is_sure: bool = True

    @property
    def is_drawing(self) -> bool:
        """Whether the statement draws, by itself or in a block."""
        return self.category is Category.EXPLORATION and "draws: " in self.reason


def strongest(judged: Sequence[Judged]) -> Judged:
    """The one of several statements that says best what they are for together.

    To change data in order to draw it is to draw.

    Raises ValueError: when there is no statement.
    """
    if not judged:
        raise ValueError("There is no statement to judge; judge at least one.")
    counts = {one.category: 0 for one in judged}
    for one in judged:
        counts[one.category] += 1
    shown = counts.get(Category.EXPLORATION, 0)
    changed = counts.get(Category.PREPROCESSING, 0)
    only_these = {Category.EXPLORATION, Category.PREPROCESSING, Category.SUPPORT}
    found = min(counts, key=_STRENGTH.index)
    is_shown_mostly = shown > 2 * changed > 0
    is_drawn = any(one.is_drawing for one in judged) and not any(
        one.category is Category.PREPROCESSING and one.is_sure for one in judged
    )
    if set(counts) <= only_these and (is_shown_mostly or is_drawn):
        found = Category.EXPLORATION
    return next(one for one in judged if one.category is found)
