"""Single cells that the research code corrects: left out of the path, and told of."""

from __future__ import annotations

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.path.stores import is_by_place, is_masked
from ml_api_kit.research.record.tape import Event, Tape

# Single cells that may be stored before it is a column that is filled.
_MOST_CORRECTIONS = 20


class Corrections:
    """The corrections of single cells.

    Attributes:
        events: what corrected a cell, by the position of its row in the source.
    """

    def __init__(self, tape: Tape) -> None:
        """Begin with none."""
        self._tape = tape
        self.events: dict[int, Event] = {}

    def takes(self, event: Event) -> bool:
        """Whether a single cell is stored: a correction of the data at hand, not of a request.

        Raises ConversionError: where so many are that they make a column, one row after the other.
        """
        key = event.detail.get("key")
        is_one = (
            is_masked(self._tape, event)
            and isinstance(key, tuple)
            and len(key) == 2
            and all(isinstance(part, str | int | float) for part in key)
        )
        if is_one:
            self.events[self._row_stored(event)] = event
        if len(self.events) > _MOST_CORRECTIONS:
            raise ConversionError(
                f"Line {event.line} of its cell fills a column row by row, which leaves no rule "
                'for another row: write it as `df["column"] = df.apply(function, axis=1)`.'
            )
        return is_one

    def _row_stored(self, event: Event) -> int:
        """The position in the source of the row whose cell is stored."""
        label = event.detail["key"][0]
        positions = event.output.before.positions if event.output and event.output.before else None
        if positions is not None and is_by_place(self._tape, event):
            return int(positions[label])
        if not isinstance(label, int):
            raise ConversionError(
                f"Line {event.line} of its cell corrects the row {label!r}, which is no position."
            )
        return label
