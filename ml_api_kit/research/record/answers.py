"""What code makes of its models' answers, kept as it was: later changes do not reach it."""

from __future__ import annotations

import copy
from typing import Any

from ml_api_kit.research.record.tape import Binding, Event, Value

ASKED = ("predict", "predict_proba", "decision_function")
MADE = "made"
_MOST_ROWS = 1_000_000


class AnswerKeeper:
    """Follows the answers of models, and keeps what is made of them with the event that made it."""

    def __init__(self) -> None:
        """Begin before anything was answered."""
        self._followed: set[int] = set()

    def keep(self, event: Event, out: Any) -> None:
        """Keep a copy of `out` under `MADE` where an event made it of a model's answers."""
        value = event.output
        if value is None or value.binding is not Binding.ROWS:
            return
        if is_answer(event):
            self._followed.add(value.number)
        elif any(self._is_followed(one) for one in event.inputs):
            self._followed.add(value.number)
            if value.base is None and len(out) <= _MOST_ROWS:
                event.detail[MADE] = out.copy() if hasattr(out, "copy") else copy.copy(out)

    def _is_followed(self, value: Value) -> bool:
        return value.number in self._followed or (
            value.base is not None and value.base.number in self._followed
        )


def is_answer(event: Event) -> bool:
    """Whether an event is a model that was asked for rows."""
    return "result" in event.detail and event.function.rpartition(".")[2] in ASKED
