"""What statements are for by what becomes of their results."""

from __future__ import annotations

from collections.abc import Sequence

from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.judged import Judged
from ml_api_kit.research.understand.use import Use, readers

_USED = frozenset({Category.PREPROCESSING, Category.ML, Category.EXPORT})
_TUNING = "sets what a model is tuned with"


def weigh_by_use(uses: Sequence[Use], judged: Sequence[Judged]) -> list[Judged]:
    """The judgements, weighed from the last statement back by who reads what.

    - What is made only to be looked at is exploration itself.
    - What looks like exploration and is read by production is not.
    - What is named only to tune a model with belongs to the model.
    """
    made = list(judged)
    for place in reversed(range(len(made))):
        read_by = [made[one] for one in readers(uses, place)]
        if not read_by or not uses[place].defines:
            continue
        is_looked_at = all(one.category is Category.EXPLORATION for one in read_by)
        is_made_here = not _is_kept(uses[place])
        if made[place].category is Category.PREPROCESSING and is_made_here and is_looked_at:
            made[place] = Judged(Category.EXPLORATION, "is made only to be looked at")
        if all(one.reason == _TUNING for one in read_by) and _is_setting(made[place]):
            made[place] = Judged(Category.ML, _TUNING)
    return _fed(uses, made)


def _is_kept(use: Use) -> bool:
    """Whether a statement changes something that was there before."""
    return bool(use.changes or use.defines & use.reads)


def _is_setting(judged: Judged) -> bool:
    return judged.reason in ("names a constant", "computes from the data")


def _fed(uses: Sequence[Use], judged: list[Judged]) -> list[Judged]:
    """What looks like exploration, but feeds what is none, is preprocessing."""
    made = list(judged)
    for place in reversed(range(len(made))):
        if made[place].category is not Category.EXPLORATION or _is_drawn(made[place]):
            continue
        names = uses[place].defines - uses[place].counts
        if not names:
            continue
        read_by = [one for one in readers(uses, place) if names & uses[one].reads]
        if any(made[one].category in _USED for one in read_by):
            made[place] = Judged(Category.PREPROCESSING, "looks at the data for what comes later")
    return made


def _is_drawn(judged: Judged) -> bool:
    return judged.reason.startswith("draws") or "in a block: draws" in judged.reason
