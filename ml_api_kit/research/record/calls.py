"""Calls, from when they are about to be made to when they have returned."""

from __future__ import annotations

import ast
from typing import Any

from ml_api_kit.research.record import watches
from ml_api_kit.research.record.changes import Changes
from ml_api_kit.research.record.described import function_name
from ml_api_kit.research.record.event_log import EventLog
from ml_api_kit.research.record.known_values import KnownValues
from ml_api_kit.research.record.learned import learn
from ml_api_kit.research.record.pending import Pending
from ml_api_kit.research.record.results import Results
from ml_api_kit.research.record.tape import Binding, Value

_MOST_ELEMENTS = 64


class Calls:
    """The calls that were begun, and what came of them."""

    def __init__(
        self, log: EventLog, known: KnownValues, results: Results, changes: Changes
    ) -> None:
        """Begin with no call."""
        self._log, self._known, self._results, self._changes = log, known, results, changes
        self._pending: list[Pending] = []

    def begin(self, number: int, function: Any) -> Any:
        """A call is about to be made; what is to be called in place of `function`."""
        node = self._log.tape.expressions[number]
        assert isinstance(node, ast.Call)
        receiver = None
        if isinstance(node.func, ast.Attribute):
            receiver = self._log.last.get(node.func.value.number)  # type: ignore[attr-defined]
            if receiver is not None and receiver.type_name in ("module", "type", "ABCMeta"):
                receiver = None
        pending = Pending(number, function, receiver)
        watches.watch(pending)
        self._pending.append(pending)
        return pending.replacement or function

    def end(self, number: int, out: Any) -> None:
        """The call has returned `out`; those that an error left unfinished are forgotten."""
        while self._pending:
            pending = self._pending.pop()
            if pending.number == number:
                self._log.last[number] = self._called(pending, out)
                break

    def forget(self) -> None:
        """Forget the calls that were begun."""
        self._pending.clear()

    def _called(self, pending: Pending, out: Any) -> Value:
        event = self._log.begin(pending.number, "call")
        node = self._log.tape.expressions[pending.number]
        assert isinstance(node, ast.Call)
        told = {part: value for part, value in event.children.items() if part != node.func.number}  # type: ignore[attr-defined]
        inputs = [] if pending.receiver is None else [pending.receiver]
        event.inputs = (*inputs, *told.values())
        event.detail["is_method"] = pending.receiver is not None
        event.function = function_name(pending.function, pending.receiver)
        event.detail.update(pending.detail)
        given = [value.object() for value in told.values()]
        watches.keep_given(event, pending, list(told.values()), out)
        learn(event, pending, given, out)
        self._changes.called(event, pending, out)
        if pending.is_user_function and event.kind != "fit":
            event.kind = "inlined"
        if event.kind == "inplace":
            if out is None:
                return self._known.new(out, Binding.CONSTANT)
            return self._results.popped(event, out)
        value = self._results.finish(event, out)
        if pending.name == "fit_resample" and isinstance(out, tuple):
            event.detail["split"] = watches.resampled(pending, given, out)
        if isinstance(out, tuple | list) and len(out) <= _MOST_ELEMENTS:
            self._results.register_elements(event, out)
        return value
