"""Which statements production needs: those that the model and its input were made by."""

from __future__ import annotations

from typing import Any

from ml_api_kit.research.record.tape import Binding, Event, Tape, Value
from ml_api_kit.research.source.code import ResearchCode


def statement_numbers(tape: Tape, values: list[Value]) -> set[int]:
    """The numbers of the statements that values depend on, whether through rows or learning."""
    found: set[int] = set()
    seen_events: set[int] = set()
    seen_values: set[int] = set()
    stack = list(values)
    while stack:
        value = stack.pop()
        if value.number in seen_values:
            continue
        seen_values.add(value.number)
        event = value.made_by
        if value.before is not None:
            stack.append(value.before)
        if event is None or event.number in seen_events:
            continue
        seen_events.add(event.number)
        found.add(event.statement)
        stack.extend(_inputs(event))
    return {number for number in found if number >= 0}


def outputs(tape: Tape) -> list[Value]:
    """What code without a model ends in: the last tables and numbers that variables hold."""
    last: dict[str, Value] = {}
    for event in tape.events:
        value = event.output
        if value is not None and value.binding is not Binding.CONSTANT:
            for name in value.variables:
                last[name] = value
    return list(last.values())[-3:]


def facts(tape: Tape, code: ResearchCode) -> dict[int, dict[str, Any]]:
    """For each statement the functions it called, and the types and shapes of what it changed."""
    found: dict[int, dict[str, Any]] = {}
    for event in tape.events:
        if event.statement < 0:
            continue
        entry = found.setdefault(event.statement, {"calls": [], "changed": []})
        is_call = event.kind in ("call", "fit", "inplace", "inlined") and event.function
        if is_call and event.function not in entry["calls"]:
            entry["calls"].append(event.function)
        out = event.output
        if out is not None and (out.variables or event.kind in ("store", "inplace", "fit")):
            described = _described(out)
            if described not in entry["changed"] and len(entry["changed"]) < 20:
                entry["changed"].append(described)
    return found


def _described(value: Value) -> dict[str, Any]:
    return {
        "name": value.variables[-1] if value.variables else "",
        "type": value.type_name,
        "shape": None if value.shape is None else [int(size) for size in value.shape],
        "columns": None if value.columns is None else [str(one) for one in value.columns[:50]],
    }


def _inputs(event: Event) -> list[Value]:
    made = [*event.inputs, *event.children.values()]
    bases = [value.base for value in made if value.base is not None]
    return [*made, *bases]
