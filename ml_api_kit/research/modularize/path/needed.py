"""Which events the model's input depends on, through rows alone."""

from __future__ import annotations

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.path.stores import STATE_CHANGES, STORES
from ml_api_kit.research.record.tape import Binding, Event, Source, Tape, Value


class NeededEvents:
    """The events between the sources of the rows and the model's input.

    Attributes:
        tape: what was recorded.
        target: the model's input.
        source: what the rows come in as, first of all.
        sources: that, and the arrays that come in beside it.
        values: the values on the way, by their numbers.
        events: the events that made them, in order.
    """

    def __init__(self, tape: Tape, target: Value, first: Source) -> None:
        """Follow the target back to where rows come in.

        Raises ConversionError: when a value on the way was made out of sight.
        """
        self.tape, self.target = tape, target
        self.source = first.value
        self.sources: list[Source] = [first]
        self.values: dict[int, Value] = {}
        found = self._find()
        self.events = [found[number] for number in sorted(found)]

    def _find(self) -> dict[int, Event]:
        found: dict[int, Event] = {}
        stack = [self.target]
        while stack:
            one = stack.pop()
            if one.number in self.values:
                continue
            self.values[one.number] = one
            if self._is_source(one):
                continue
            event = one.made_by
            if event is None:
                raise ConversionError(
                    f"A {one.type_name} on the way to the model was made out of sight."
                )
            found[event.number] = event
            stack.extend(self.dependencies(event))
        return found

    def dependencies(self, event: Event) -> list[Value]:
        """The rows that an event depends on."""
        selected = event.detail.get("selects")
        if selected is not None:
            return [selected]
        given = [*event.inputs, *(one for value in event.inputs for one in self.tape.listed(value))]
        found = [value for value in given if value.binding is Binding.ROWS]
        if event.kind in STATE_CHANGES and event.output is not None:
            before = event.output.before
            if before is not None and before not in found:
                found.insert(0, before)
        if event.kind in STORES and event.output is not None:
            # `df.loc` is but the way to what is stored into.
            before = event.output.before
            found = [one for one in found if one.base is None or one.base is not before]
        if event.function.endswith((".fit_transform", ".transform")) and event.kind == "fit":
            found = found[:1]
        return [value for value in found if value.base or self.is_beside(value)]

    def _is_source(self, value: Value) -> bool:
        """Whether rows come in as this value."""
        if value is self.source:
            return True
        source = value.source
        if source is None or source.value is not value:
            return False
        if source not in self.sources:
            self.sources.append(source)
        return True

    def is_beside(self, value: Value) -> bool:
        """Whether a value's rows are those of the model's input, or lie beside them, one by one."""
        main = self.target.source
        return value.source is main or (
            value.source is not None
            and main is not None
            and value.source.rows == main.rows
            and not hasattr(value.source.data, "columns")
        )

    def is_changed(self, value: Value) -> bool:
        """Whether a value is changed in place on the way."""
        return any(one.before is value for one in self.values.values())
