"""Loops over rows that ran, held against what functions of a row give in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Frames are copied before a loop: one in a function that runs for each row is left alone.
_MOST_RUNS = 50
# A function of a row takes longer than a turn of a loop over columns: seconds for so many rows.
_MOST_ROWS = 200_000


@dataclass(slots=True)
class _Run:
    """A loop that runs, or has run.

    Attributes:
        frame: the frame whose rows it goes through.
        before: the columns that it fills as they were, where they were there.
        lists: the lists that it appended to.
        after: the columns that it filled.
        is_tried: whether functions of a row were to fill them again.
    """

    frame: Any
    before: dict[str, Any]
    lists: dict[str, Any]
    after: dict[str, Any] = field(default_factory=dict)
    is_tried: bool = False


class RowLoopRuns:
    """Keeps frames as they were before a loop, and as it left them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._running: list[_Run] = []
        self._count = 0

    def forget(self) -> None:
        """No loop runs any more."""
        self._running.clear()

    def begin(self, frame: Any, columns: list[str], lists: Mapping[str, Any]) -> None:
        """A loop is about to fill `columns` of a frame, and to append to empty `lists`."""
        self._count += 1
        if type(frame).__name__ != "DataFrame" or not frame.columns.is_unique:
            return
        is_empty = all(isinstance(one, list) and not one for one in lists.values())
        if self._count > _MOST_RUNS or len(frame) > _MOST_ROWS or not is_empty:
            return
        before = {one: frame[one].copy() for one in columns if one in frame.columns}
        self._running.append(_Run(frame, before, {}, dict.fromkeys(columns)))

    def end(self, frame: Any, lists: Mapping[str, Any]) -> bool:
        """Whether the loop through a frame is to be tried again; the frame is as before it then."""
        run = self._run(frame)
        if run is None or any(one not in frame.columns for one in run.after):
            return False
        if any(len(one) != len(frame) for one in lists.values()):
            return False
        run.lists, run.is_tried = dict(lists), True
        for column in run.after:
            run.after[column] = frame[column].copy()
            if column in run.before:
                frame[column] = run.before[column]
            else:
                del frame[column]
        return True

    def list_of(self, frame: Any, name: str, again: Any) -> Any:
        """The list that a function of a row gave, where it is what the loop gave; else that.

        Its elements are those of the loop's, which may be of other types, such as numpy's.
        """
        run = self._run(frame)
        assert run is not None
        if not _is_equal(run.lists[name], again):
            return run.lists[name]
        again[:] = run.lists[name]
        return again

    def compare(self, frame: Any, columns: Iterable[str], differs: Callable[[str], None]) -> None:
        """Leave the frame as the loop left it.

        `differs` is told each of the `columns` that no function of a row gave as the loop did.
        """
        run = self._run(frame)
        if run is None or not run.is_tried:
            for column in columns:
                differs(column)
            return
        self._running.remove(run)
        for column, expected in run.after.items():
            found = frame[column] if column in frame.columns else None
            is_equal = found is not None and _is_equal(expected.tolist(), found.tolist())
            if not is_equal or found is None or found.dtype != expected.dtype:
                frame[column] = expected
            if not is_equal:
                differs(column)

    def _run(self, frame: Any) -> _Run | None:
        return next((one for one in reversed(self._running) if one.frame is frame), None)


def _is_equal(one: list[Any], other: Any) -> bool:
    """Whether two lists hold the same values; what is missing in both is the same."""
    if not isinstance(other, list) or len(one) != len(other):
        return False
    return all(_is_same(*pair) for pair in zip(one, other, strict=True))


def _is_same(one: Any, other: Any) -> bool:
    try:
        return bool(one == other) or (bool(one != one) and bool(other != other))
    except (TypeError, ValueError):
        return False
