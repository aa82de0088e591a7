"""What events give: constant, learned from data, or rows.

A part of what is known of a table (its columns, its shape) is constant; what is made of rows is
rows again where they can be placed, and learned otherwise; a table that is made of nothing learned
is a source of rows.
"""

from __future__ import annotations

import ast
from typing import Any

from ml_api_kit.research.record import lineage, watches
from ml_api_kit.research.record.answers import AnswerKeeper
from ml_api_kit.research.record.event_log import EventLog
from ml_api_kit.research.record.known_values import KnownValues, is_untracked
from ml_api_kit.research.record.placing import Placing
from ml_api_kit.research.record.tape import Binding, Event, Value

_SCHEMA = {"columns", "dtypes", "shape", "index", "size", "ndim", "empty"}


class Results:
    """Judges what events give."""

    def __init__(
        self, log: EventLog, known: KnownValues, placing: Placing, answers: AnswerKeeper
    ) -> None:
        """Judge what a log is told."""
        self._log, self._known, self._placing, self._answers = log, known, placing, answers

    def seen(self, number: int, out: Any) -> Value:
        """The value of an expression that was evaluated."""
        event = self._log.begin(number, "seen")
        node = self._log.tape.expressions[number]
        if isinstance(node, ast.Attribute):
            event.function = f"{event.inputs[0].type_name}.{node.attr}" if event.inputs else ""
        elif isinstance(node, ast.Subscript):
            event.detail["key"] = self._log.keys.get(node.slice.number)  # type: ignore[attr-defined]
        return self.finish(event, out)

    def finish(self, event: Event, out: Any) -> Value:
        """The value that an event gave, known before or new."""
        value = event.output = self._known.find(out) or self._derived(event, out)
        self._answers.keep(event, out)
        return value

    def _derived(self, event: Event, out: Any) -> Value:
        """A new value for what an event gave, judged by what it was made from."""
        inputs = [value.base or value for value in event.inputs]
        inputs += [one for value in event.inputs for one in self._log.tape.listed(value)]
        rows = [value for value in inputs if value.binding is Binding.ROWS]
        learned = any(value.binding is Binding.LEARNED for value in inputs)
        if not rows and self._begins_source(event, out, is_learned=learned):
            return self._new_source(event, out)
        node = self._log.tape.expressions[event.node]
        if isinstance(node, ast.Attribute) and node.attr in _SCHEMA and rows:
            value = self._known.new(out, Binding.CONSTANT)
        elif not rows:
            value = self._known.new(out, Binding.LEARNED if learned else Binding.CONSTANT)
        else:
            value = self._known.new(out, Binding.LEARNED)
            self._placing.place(event, value, out, rows)
        value.made_by = event
        if event.detail.get("fitted") is not None and value.binding is not Binding.ROWS:
            value.binding = Binding.LEARNED
        return value

    def _begins_source(self, event: Event, out: Any, *, is_learned: bool) -> bool:
        """Whether rows come in by an event that was given none."""
        is_new = not is_learned or watches.is_random(event)
        return is_new and lineage.is_table(out) and event.kind != "element"

    def _new_source(self, event: Event, out: Any) -> Value:
        """A table as a source of rows."""
        value = self._known.new(out, Binding.ROWS)
        value.made_by = event
        self._placing.begin_source(event, value, out)
        return value

    def popped(self, change: Event, out: Any) -> Value:
        """What `pop` gave, as if it had been read before it was taken away."""
        known = self._known.find(out)
        if known is not None or change.output is None or change.output.before is None:
            return known or self._known.new(out, Binding.LEARNED)
        event = self._log.add(
            "popped",
            change.node,
            change.children,
            (change.output.before,),
            line=change.line,
            function=change.function,
        )
        value = event.output = self._derived(event, out)
        return value

    def register_elements(self, event: Event, out: Any) -> None:
        """The members of a tuple that a call gave, each as a value of its own."""
        for place, member in enumerate(out):
            if not is_untracked(member) and self._known.find(member) is None:
                self._register_element(event, place, member)

    def _register_element(self, event: Event, place: int, member: Any) -> None:
        element = self._log.add(
            "element", event.node, {}, event.inputs, line=event.line, function=event.function
        )
        element.detail |= {"place": place, "of": event}
        parent, rows = watches.element_rows(event, place)
        if rows is not None:
            element.detail["rows"] = rows
            found = self._known.find(parent)
            element.inputs = (found,) if found is not None else event.inputs
        tainted = any(v.binding is not Binding.CONSTANT for v in element.inputs)
        if lineage.is_table(member) and not tainted:
            element.output = self._new_source(element, member)
        else:
            element.output = self._derived(element, member)
