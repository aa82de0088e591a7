"""What a statement is said to be for, before and while it is weighed against the others."""

from __future__ import annotations

from collections import Counter
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


_LIGHT = frozenset({Category.EXPLORATION, Category.PREPROCESSING, Category.SUPPORT})


@dataclass(frozen=True, slots=True)
class Judged:
    """A category and why.

    Attributes:
        is_sure: whether what is called says so, and not only the form of the statement.
        is_answer: whether a model is only asked, or what it answers only measured.
    """

    category: Category
    reason: str
    is_sure: bool = True
    is_answer: bool = False

    @property
    def is_drawing(self) -> bool:
        """Whether the statement draws, by itself or in a block."""
        return self.category is Category.EXPLORATION and "draws: " in self.reason


def strongest(judged: Sequence[Judged]) -> Judged:
    """The one of several statements that says best what they are for together.

    To change data in order to draw it is to draw, and so is to ask a model for it.

    Raises ValueError: when there is no statement.
    """
    if not judged:
        raise ValueError("There is no statement to judge; judge at least one.")
    found = min((one.category for one in judged), key=_STRENGTH.index)
    if _is_looked_at(judged) or _is_drawn(judged):
        found = Category.EXPLORATION
    return next(one for one in judged if one.category is found)


def _is_looked_at(judged: Sequence[Judged]) -> bool:
    """Whether data is changed, but looked at far more often."""
    counts = Counter(one.category for one in judged)
    shown, changed = counts[Category.EXPLORATION], counts[Category.PREPROCESSING]
    return set(counts) <= _LIGHT and shown > 2 * changed > 0


def _is_drawn(judged: Sequence[Judged]) -> bool:
    """Whether something is drawn, and all that is done besides may be for the drawing."""
    drawings = sum(one.is_drawing for one in judged)
    rest = [one for one in judged if one.category not in (Category.EXPLORATION, Category.SUPPORT)]
    if any(one.is_answer for one in rest):
        return drawings > 1 and all(one.is_answer or _is_guess(one) for one in rest)
    return drawings > 0 and all(map(_is_guess, rest))


def _is_guess(judged: Judged) -> bool:
    return judged.category is Category.PREPROCESSING and not judged.is_sure
