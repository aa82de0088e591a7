"""The events of a run as they are written onto the tape, each with the values of its parts."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

from ml_api_kit.research.record import lineage
from ml_api_kit.research.record.expression_parts import children
from ml_api_kit.research.record.scopes import Scopes
from ml_api_kit.research.record.tape import Event, Tape, Value

_TURNS_RECORDED = 400
_EVENTS_RECORDED = 200_000
_TOLD_AS_A_WHOLE = (
    ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.JoinedStr | ast.Lambda
)


class EventLog:
    """Writes events, and keeps the value that each expression had last.

    Attributes:
        tape: what they are written onto.
        statement: the number of the statement that runs.
        last: the value that each expression had last, by its number.
        keys: for each expression what it was when it may be a key.
    """

    def __init__(self, tape: Tape, scopes: Scopes) -> None:
        """Begin before the first statement."""
        self.tape, self._scopes = tape, scopes
        self.statement = -1
        self.last: dict[int, Value] = {}
        self.keys: dict[int, Any] = {}
        self._parts: dict[int, list[int]] = {}
        self._turns: Counter[int] = Counter()

    def is_recorded(self, number: int) -> bool:
        """Whether this turn of an expression is recorded, which not all of many are."""
        self._turns[number] += 1
        if self._turns[number] > _TURNS_RECORDED or len(self.tape.events) > _EVENTS_RECORDED:
            self.tape.saturated.add(number)
            return False
        return True

    def keep_key(self, number: int, out: Any) -> None:
        """Keep what an expression was, where it may be a key."""
        self.keys[number] = out if is_key(out) else None

    def begin(self, number: int, kind: str) -> Event:
        """A new event of an expression, with the values of the parts told just before."""
        node = self.tape.expressions[number]
        told = {part: self.last[part] for part in self._part_numbers(number) if part in self.last}
        if isinstance(node, _TOLD_AS_A_WHOLE):
            told |= self._scopes.free_names(node)
        inputs = tuple(told.values())
        return self.add(kind, number, told, inputs, line=getattr(node, "lineno", 0))

    def add(
        self,
        kind: str,
        number: int,
        told: dict[int, Value],
        inputs: tuple[Value, ...],
        *,
        line: int = 0,
        function: str = "",
    ) -> Event:
        """A new event, of the statement that runs."""
        place = len(self.tape.events)
        event = Event(place, kind, number, told, inputs, self.statement, line, function)
        self.tape.events.append(event)
        return event

    def _part_numbers(self, number: int) -> list[int]:
        found = self._parts.get(number)
        if found is None:
            node = self.tape.expressions[number]
            found = [child.number for _, child in children(node)]  # type: ignore[attr-defined]
            found += [
                inner.number  # type: ignore[attr-defined]
                for _, child in children(node)
                if isinstance(child, ast.Tuple | ast.List | ast.Starred)
                for _, inner in children(child)
            ]
            self._parts[number] = found
        return found


def is_key(obj: Any) -> bool:
    """Whether something may be the key of a row or a column."""
    return isinstance(obj, str | int | float | slice | tuple | list) or lineage.is_table(obj)
