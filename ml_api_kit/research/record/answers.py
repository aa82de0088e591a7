"""What code makes of its models' answers, kept as it was: later changes do not reach it."""

from __future__ import annotations

import ast
import copy
from typing import Any

from ml_api_kit.research.record.tape import Binding, Event, Tape, Value

ASKED = ("predict", "predict_proba", "decision_function")
MADE = "made"
_MOST_ROWS = 1_000_000


class AnswerKeeper:
    """Follows the answers of models, and keeps what is made of them with the event that made it."""

    def __init__(self, tape: Tape) -> None:
        """Begin before anything was answered."""
        self._tape = tape
        self._followed: set[int] = set()

    def keep(self, event: Event, out: Any) -> None:
        """Keep a copy of `out` under `MADE` where an event made it of a model's answers."""
        value = event.output
        if value is None or value.binding is not Binding.ROWS:
            return
        if is_answer(event):
            self._followed.add(value.number)
            return
        stored = self._column_read(event)
        if stored is not None and stored.number in self._followed and _are_same_rows(stored, value):
            # A column that holds answers is those answers, read back.
            event.detail["selects"], event.inputs = stored, (stored,)
        if any(self._is_followed(one) for one in event.inputs):
            self._followed.add(value.number)
            if value.base is None and len(out) <= _MOST_ROWS:
                event.detail[MADE] = out.copy() if hasattr(out, "copy") else copy.copy(out)

    def _column_read(self, event: Event) -> Value | None:
        """What was stored as the column that an event reads; None where that is unknown."""
        node = self._tape.expressions.get(event.node)
        frame = event.inputs[0] if event.inputs else None
        if event.kind != "seen" or frame is None or not frame.is_frame:
            return None
        key: Any = event.detail.get("key")
        if isinstance(node, ast.Attribute):
            key = node.attr
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            key = node.slice.value
        if not isinstance(key, str):
            return None
        while frame is not None:
            made = frame.made_by
            if frame.before is None:
                return self._column_written(made, key)
            stored = made.detail.get("key") if made is not None and made.kind == "store" else None
            if made is None or not isinstance(stored, str):
                return None  # Changed in a way that is not followed here.
            if stored == key:
                return made.children.get(made.detail["given"])
            frame = frame.before
        return None

    def _column_written(self, made: Event | None, key: str) -> Value | None:
        """What a frame that was written down as a dictionary holds under a key."""
        if made is None or not made.function.endswith("DataFrame"):
            return None
        for value in made.inputs:
            written = None if value.made_by is None else value.made_by
            node = None if written is None else self._tape.expressions.get(written.node)
            if written is None or not isinstance(node, ast.Dict):
                continue
            for name, part in zip(node.keys, node.values, strict=True):
                if isinstance(name, ast.Constant) and name.value == key:
                    return written.children.get(part.number)  # type: ignore[attr-defined]
        return None

    def _is_followed(self, value: Value) -> bool:
        return value.number in self._followed or (
            value.base is not None and value.base.number in self._followed
        )


def _are_same_rows(one: Value, other: Value) -> bool:
    return (
        one.positions is not None
        and other.positions is not None
        and one.positions.tolist() == other.positions.tolist()
    )


def is_answer(event: Event) -> bool:
    """Whether an event is a model that was asked for rows."""
    return "result" in event.detail and event.function.rpartition(".")[2] in ASKED
