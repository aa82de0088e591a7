"""What statements are for by what becomes of their results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.judged import Judged
from ml_api_kit.research.understand.use import Use, readers_of

_USED = frozenset({Category.PREPROCESSING, Category.ML, Category.EXPORT})
_LIGHT = frozenset({Category.PREPROCESSING, Category.EXPLORATION})
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
            if is_near and not is_result and _is_made_here(uses, made, cells, place):
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


def _is_made_here(
    uses: Sequence[Use], judged: Sequence[Judged], cells: Sequence[int], place: int
) -> bool:
    """Whether what a statement makes or changes began in its cell, made from other data."""
    use = uses[place]
    names = use.changes | (use.defines & use.reads)
    begins = [_beginning(uses, place, name) for name in names]
    return all(
        begin is not None
        and (not cells or cells[begin] == cells[place])
        and all(judged[one].category in _LIGHT for one in _touching(uses, begin, place, name))
        for name, begin in zip(names, begins, strict=True)
    )


def _beginning(uses: Sequence[Use], place: int, name: str) -> int | None:
    """Where a variable was last given a value that is not made from its old one."""
    for before in range(place - 1, -1, -1):
        if name in uses[before].defines and name not in uses[before].reads:
            return before
    return None


def _touching(uses: Sequence[Use], start: int, end: int, name: str) -> Iterable[int]:
    """The statements from `start` up to `end` that define, read or change a variable."""
    for place in range(start, end):
        if name in uses[place].defines | uses[place].reads | uses[place].changes:
            yield place


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
