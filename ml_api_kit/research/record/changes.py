"""What changes in place: the object gets a new value for its new state, the earlier one is kept."""

from __future__ import annotations

import ast
from typing import Any

from ml_api_kit.research.record import lineage, watches
from ml_api_kit.research.record.answers import AnswerKeeper
from ml_api_kit.research.record.event_log import EventLog
from ml_api_kit.research.record.known_values import KnownValues
from ml_api_kit.research.record.pending import Pending
from ml_api_kit.research.record.placing import Placing
from ml_api_kit.research.record.scopes import Scopes
from ml_api_kit.research.record.tape import Binding, Event, Value


class Changes:
    """Follows stores, fits, and methods that change what they are called on."""

    def __init__(
        self,
        log: EventLog,
        known: KnownValues,
        scopes: Scopes,
        placing: Placing,
        answers: AnswerKeeper,
    ) -> None:
        """Follow what a log is told."""
        self._log, self._known, self._scopes = log, known, scopes
        self._placing, self._answers = placing, answers

    def stored(self, number: int, kind: str, obj: Any, detail: dict[str, Any]) -> None:
        """The store or deletion of an expression has changed `obj`.

        `detail` holds the `key`, the `state` before it, and where there is one the number of the
        expression `given`.
        """
        event = self._log.begin(number, kind)
        node, last = self._log.tape.expressions[number], self._log.last
        if isinstance(node, ast.Subscript | ast.Attribute):
            value_number = node.value.number  # type: ignore[attr-defined]
            if value_number in last:
                event.children[value_number] = last[value_number]
        given = last.get(detail.get("given", -1))
        if given is not None:
            event.children[detail["given"]] = given
            event.inputs = (*event.inputs, given)
        event.detail.update(detail)
        before = self._known.find(obj) or last.get(getattr(node, "value").number)  # noqa: B009
        if before is None:
            return
        self._change(event, before, obj, None)
        event.output = self._known.find(obj) or before

    def called(self, event: Event, pending: Pending, out: Any) -> None:
        """Note what a call has changed of its receiver."""
        receiver = pending.receiver
        if receiver is None:
            return
        obj = getattr(pending.function, "__self__", None)
        if watches.is_fit(pending):
            event.kind = "fit"
            self._change(event, receiver, obj, Binding.LEARNED)
            if pending.state is not None and receiver.copy is not None:
                receiver.copy = pending.state
        elif (
            pending.state is not None
            and (out is None or out is obj)
            and watches.has_changed(pending, obj)
        ) or (pending.name == "pop" and pending.state is not None):
            event.kind = "inplace"
            event.detail["state"] = pending.state
            self._change(event, receiver, obj, None)
        elif isinstance(obj, list | dict | set) and pending.name in watches.MUTATORS:
            event.kind = "inplace"
            self._change(event, receiver, obj, None)

    def _change(self, event: Event, before: Value, obj: Any, binding: Binding | None) -> None:
        """Give the object a new value for the state that the event left it in."""
        if before not in event.inputs:
            event.inputs = (before, *event.inputs)
        tainted = binding or max(
            (value.binding for value in event.inputs),
            key=list(Binding).index,
            default=before.binding,
        )
        if tainted is Binding.ROWS and not lineage.is_table(obj):
            tainted = Binding.LEARNED
        value = self._known.new(obj, tainted)
        value.made_by, value.before = event, before
        value.variables = list(before.variables)
        if tainted is Binding.ROWS:
            self._placing.place(event, value, obj, [before, *event.inputs])
        self._scopes.replace(before, value)
        event.output = value
        if event.kind == "fit":
            event.detail["fitted"] = value
        self._answers.keep(event, obj)
