"""What statements are for by what becomes of their results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.judged import Judged
from ml_api_kit.research.understand.use import Use, readers_of

_USED = frozenset({Category.PREPROCESSING, Category.ML, Category.EXPORT})
_TUNING = "sets what a model is tuned with"
# Data that many statements look at was made to be worked with, not for one look.
_MOST_LOOKS = 6


def weigh_by_use(
    uses: Sequence[Use], judged: Sequence[Judged], cells: Sequence[int] = ()
) -> list[Judged]:
    """The judgements, weighed from the last statement back by who reads what.

    - What is made only to be looked at is exploration itself, where somebody looks at it in the
      same cell; `cells` holds the cell of each statement, all are in one where it is empty. What
      a whole notebook ends in is its result, and no mere look.
    - What looks like exploration and is read by production is not.
    - What is named only to tune a model with belongs to the model.
    """
    made = list(judged)
    for place in reversed(range(len(made))):
        places = _readers(uses, place)
        read_by = [made[one] for one in places]
        if not read_by:
            continue
        is_near = not cells or cells[places[0]] == cells[place]
        is_result = bool(cells) and places[-1] == len(made) - 1 and not read_by[-1].is_drawing
        if made[place].category is Category.PREPROCESSING and _is_for_a_look(read_by):
            if is_near and not is_result and _is_made_here(uses, made, place):
                made[place] = Judged(Category.EXPLORATION, "is made only to be looked at")
        elif all(one.reason == _TUNING for one in read_by) and _is_setting(made[place]):
            made[place] = Judged(Category.ML, _TUNING)
    return _fed(uses, made)


def _readers(uses: Sequence[Use], place: int) -> list[int]:
    """Who reads what a statement defines or changes."""
    return readers_of(uses, place, uses[place].defines | uses[place].changes)


def _is_for_a_look(read_by: Sequence[Judged]) -> bool:
    return len(read_by) <= _MOST_LOOKS and all(
        one.category is Category.EXPLORATION for one in read_by
    )


def _is_made_here(uses: Sequence[Use], judged: Sequence[Judged], place: int) -> bool:
    """Whether what a statement makes or changes began as something made from other data."""
    if uses[place].defines & uses[place].reads:
        return False
    return all(_began_apart(uses, judged, place, name) for name in uses[place].changes)


def _began_apart(uses: Sequence[Use], judged: Sequence[Judged], place: int, name: str) -> bool:
    before = [one for one in range(place) if name in uses[one].defines]
    if not before or name in uses[before[-1]].reads:
        return False
    return judged[before[-1]].category in (Category.PREPROCESSING, Category.EXPLORATION) and all(
        judged[one].category in (Category.PREPROCESSING, Category.EXPLORATION)
        for one in _between(uses, before[-1], place, name)
    )


def _between(uses: Sequence[Use], start: int, end: int, name: str) -> Iterable[int]:
    return (one for one in range(start + 1, end) if name in uses[one].reads | uses[one].changes)


def _is_setting(judged: Judged) -> bool:
    return judged.reason in ("names a constant", "computes from the data")


def _fed(uses: Sequence[Use], judged: list[Judged]) -> list[Judged]:
    """What looks like exploration, but feeds what is none, is preprocessing."""
    made = list(judged)
    for place in reversed(range(len(made))):
        if made[place].category is not Category.EXPLORATION or made[place].is_drawing:
            continue
        names = (uses[place].defines | uses[place].changes) - uses[place].counts
        read_by = readers_of(uses, place, names)
        if any(made[one].category in _USED for one in read_by):
            made[place] = Judged(Category.PREPROCESSING, "looks at the data for what comes later")
    return made
