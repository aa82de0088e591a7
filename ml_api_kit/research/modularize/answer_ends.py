"""What the code makes of the answers of a model, and tells, measures or keeps."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ml_api_kit.research.modularize.sites import Candidate
from ml_api_kit.research.record.answers import ASKED, MADE
from ml_api_kit.research.record.tape import Binding, Event, Tape, Value


@dataclass(frozen=True, slots=True)
class AnswerEnd:
    """Something that the code makes of answers: by an event, under a name where it has one.

    Attributes:
        is_told: whether it was put into a table or measured, not only held by a variable.
        ancestors: the numbers of the values that it is made of.
    """

    event: Event
    number: int
    name: str
    is_told: bool
    ancestors: set[int]


def not_of_rows(tape: Tape, candidate: Candidate) -> set[int]:
    """The values made of answers that say nothing of one row.

    Those that stand for many answers at once, as their mean; what is made with such a one; and what
    a loop makes time and again, as it does to try one threshold after the other.
    """
    outputs = [site.event.output for site in candidate.sites if site.method in ASKED]
    followed = {value.number for value in outputs if value is not None}
    excluded: set[int] = set()
    made: dict[int, list[int]] = {}
    for event in tape.events:
        out = event.output
        given = {one.number for value in event.inputs for one in (value, value.base or value)}
        if out is None or out.number in followed or not given & (followed | excluded):
            continue
        if out.binding is Binding.ROWS and not given & excluded:
            followed.add(out.number)
            made.setdefault(event.node, []).append(out.number)
        else:
            excluded.add(out.number)
    return excluded.union(*(numbers for numbers in made.values() if len(numbers) > 1))


def answer_ends(tape: Tape, root: Value, excluded: set[int]) -> Iterator[AnswerEnd]:
    """What is made of answers and told, measured or held by a variable; the last first."""
    followed = {root.number}
    parents: dict[int, set[int]] = {}
    events: dict[int, Event] = {}
    kept: dict[int, str] = {}
    told: set[int] = set()
    for event in tape.events:
        given = [*event.inputs, *(one for value in event.inputs for one in tape.listed(value))]
        own = {(value.base or value).number for value in given} & followed
        named = {number: name for number, name in _told(tape, event) if number in own}
        told |= named.keys()
        kept |= {number: name or kept.get(number, "") for number, name in named.items()}
        out = event.output
        rows = [one.base or one for one in given if one.binding is Binding.ROWS]
        is_made = own and all(one.number in own for one in rows)
        if out is None or not is_made or out.binding is not Binding.ROWS or out.number in excluded:
            continue
        followed.add(out.number)
        parents.setdefault(out.number, own)
        if MADE in event.detail:
            events.setdefault(out.number, event)
            if out.variables:
                kept[out.number] = out.variables[-1]
    for number in sorted(events.keys() & kept.keys(), reverse=True):
        ancestors = _ancestors([number], parents)
        yield AnswerEnd(events[number], number, kept[number], number in told, ancestors)


def _told(tape: Tape, event: Event) -> Iterator[tuple[int, str]]:
    """The values that an event measures, or puts into a table, with the column that they become."""
    node = tape.expressions[event.node]
    if event.kind == "call" and event.function.startswith("sklearn.metrics."):
        yield from ((value.number, "") for value in event.inputs)
    elif event.kind == "store" and event.detail.get("given") in event.children:
        key = event.detail.get("key")
        yield event.children[event.detail["given"]].number, key if isinstance(key, str) else ""
    elif isinstance(node, ast.Dict):
        for key, part in zip(node.keys, node.values, strict=True):
            value = event.children.get(part.number)  # type: ignore[attr-defined]
            if value is not None and isinstance(key, ast.Constant):
                yield value.number, str(key.value)


def _ancestors(numbers: Iterable[int], parents: dict[int, set[int]]) -> set[int]:
    found: set[int] = set()
    stack = [parent for number in numbers for parent in parents.get(number, ())]
    while stack:
        number = stack.pop()
        if number not in found:
            found.add(number)
            stack += parents.get(number, ())
    return found
