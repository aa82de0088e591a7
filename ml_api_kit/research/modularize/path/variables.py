"""Names of the variables on the request path."""

from __future__ import annotations

from ml_api_kit.research.modularize.path.needed import NeededEvents
from ml_api_kit.research.record.tape import Event, Value


class Variables:
    """The variables that hold the values, each free again when its value was read last."""

    def __init__(self, needed: NeededEvents) -> None:
        """Find out when each value is read last."""
        self._values = needed.values
        self._names: dict[int, str] = {}
        self._owners: dict[str, Value] = {}
        self._last_read: dict[int, int] = {}
        for event in needed.events:
            for value in needed.dependencies(event):
                self._last_read[value.number] = event.number
        self._last_read[needed.target.number] = len(needed.tape.events)

    def get(self, value: Value) -> str | None:
        """The variable that holds a value; None where it has none."""
        return self._names.get(value.number)

    def give(self, value: Value, name: str) -> None:
        """From now on the variable `name` holds a value."""
        self._names[value.number] = name

    def is_read_after(self, value: Value, event: Event) -> bool:
        """Whether a value is read after an event."""
        return self._last_read.get(value.number, -1) > event.number

    def new_name(self, value: Value, now: int) -> str:
        """A name for a value: the code's own, unless another value still needed has it."""
        root = _first_state(value)
        wanted = (value.variables or root.variables or ["df" if value.is_frame else "values"])[0]
        name, count = wanted, 1
        while name in self._owners:
            owner = self._owners[name]
            if owner is root or self._last_read_of(owner) <= now:
                break
            count += 1
            name = f"{wanted}_{count}"
        self._owners[name] = root
        return name

    def _last_read_of(self, root: Value) -> int:
        """When an object was read last, in whatever state."""
        last = self._last_read.get(root.number, -1)
        for value in self._values.values():
            if _first_state(value) is root:
                last = max(last, self._last_read.get(value.number, -1))
        return last


def _first_state(value: Value) -> Value:
    while value.before is not None:
        value = value.before
    return value
