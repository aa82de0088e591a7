"""The values of variables: what a name was given, and what it stands for where it is read."""

from __future__ import annotations

from typing import Any

from ml_api_kit.research.record import lineage, recognition
from ml_api_kit.research.record.event_log import EventLog
from ml_api_kit.research.record.known_values import KnownValues, is_same
from ml_api_kit.research.record.placing import Placing
from ml_api_kit.research.record.scopes import Scopes
from ml_api_kit.research.record.tape import Binding, Value

_MOST_UNRECOGNISED = 400


class Bindings:
    """Finds the values that variables are given and have."""

    def __init__(self, log: EventLog, known: KnownValues, scopes: Scopes, placing: Placing) -> None:
        """Begin with no variables."""
        self._log, self._known, self._scopes, self._placing = log, known, scopes, placing
        self._unrecognised = 0

    def bound(self, name: str, obj: Any) -> None:
        """The variable `name` was given a value."""
        value = self._known.find(obj)
        last = self._log.tape.events[-1].output if self._log.tape.events else None
        if value is None and last is not None and is_same(last.copy, obj):
            value = last
        if value is None:
            value = self._recognised(obj) or self._unpacked(obj)
        self._scopes.bind(name, value)
        value.variables.append(name)

    def iterated(self, name: str, obj: Any) -> None:
        """The variable `name` of a loop was given its next value."""
        found = self._known.find(obj) or self._recognised(obj)
        self._scopes.bind(name, found or self._known.new(obj, Binding.CONSTANT))

    def collected(self, number: int, name: str, out: Any, column_number: int, column: Any) -> None:
        """The loop numbered `number` went through a column and appended to the list `name`."""
        parent = self._log.last.get(column_number)
        if parent is None or parent.binding is not Binding.ROWS:
            return
        if not isinstance(out, list) or not out or len(out) != lineage.row_count(column):
            return
        event = self._log.add("collected", number, {}, (parent,))
        event.output = value = self._known.new(out, Binding.ROWS)
        value.made_by, value.source, value.positions = event, parent.source, parent.positions
        value.variables.append(name)
        self._scopes.bind(name, value)

    def value_of(self, name: str, obj: Any) -> Value:
        """What the variable `name` stands for, which is `obj`."""
        found = self._known.find(obj)
        if found is not None:
            return found
        for value in self._scopes.named(name):
            if is_same(value.copy, obj):
                return value
        return self._known.new(obj, Binding.CONSTANT)

    def enter(self, given: dict[str, Any]) -> None:
        """A function was entered with these arguments."""
        self._scopes.enter(
            {name: self._known.find(obj) or self._argument(obj) for name, obj in given.items()}
        )

    def _argument(self, obj: Any) -> Value:
        for value in reversed(list(self._log.last.values())):
            if value.copy is obj and obj is not None:
                return value
        return self._known.new(obj, Binding.CONSTANT)

    def _recognised(self, obj: Any) -> Value | None:
        """The value of a table that is a selection of a known one, taken out of sight."""
        if not hasattr(obj, "columns") or self._unrecognised > _MOST_UNRECOGNISED:
            return None
        found = recognition.find_parent(obj, self._known.rows())
        if found is None:
            self._unrecognised += 1
            return None
        event = self._log.add("recognised", -1, {}, found[:1])
        event.output = value = self._known.new(obj, Binding.ROWS)
        value.made_by = event
        self._placing.select(event, value, *found)
        return value

    def _unpacked(self, obj: Any) -> Value:
        """A part of what was made last, as far as anyone can tell."""
        last = self._log.tape.events[-1].output if self._log.tape.events else None
        tainted = last is not None and last.binding is not Binding.CONSTANT
        return self._known.new(obj, Binding.LEARNED if tainted else Binding.CONSTANT)
