"""The smells, found by walking the folder of their rules."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.understand.evidence import Evidence, Place
from ml_api_kit.research.understand.smells.secrets import sentence_without_secrets


@dataclass(frozen=True, slots=True)
class Smell:
    """One place that would be trouble.

    Attributes:
        id: what it is, such as `fitted-before-split`.
        cell: the cell.
        line: the line in it, from 1.
        what: what was found there.
        why: why it is trouble.
        advice: what to do.
    """

    id: str
    cell: int
    line: int
    what: str
    why: str
    advice: str

    def to_json(self) -> dict[str, Any]:
        """The smell as reports write it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SmellRule:
    """One kind of smell.

    Attributes:
        id: its name: that of its file, with hyphens.
        summary: what it is, in one line.
        why: why it is trouble.
        advice: what to do.
        find: the places where it is.
    """

    id: str
    summary: str
    why: str
    advice: str
    find: Callable[[Evidence], Iterator[Place]]


def find_smells(code: ResearchCode) -> tuple[Smell, ...]:
    """All smells, in the order of the code."""
    evidence = Evidence(code)
    found = [
        Smell(
            rule.id,
            place.cell,
            place.line,
            sentence_without_secrets(place.what),
            rule.why,
            rule.advice,
        )
        for rule in find_smell_rules()
        for place in rule.find(evidence)
    ]
    return tuple(sorted(set(found), key=lambda one: (one.cell, one.line, one.id, one.what)))


@cache
def find_smell_rules() -> tuple[SmellRule, ...]:
    """Every kind of smell, in the order of their names."""
    from ml_api_kit.research.understand.smells import rules

    found = []
    for module_info in sorted(pkgutil.iter_modules(rules.__path__), key=lambda one: one.name):
        module: Any = importlib.import_module(f"{rules.__name__}.{module_info.name}")
        found.append(
            SmellRule(
                module_info.name.replace("_", "-"),
                (module.__doc__ or "").strip().splitlines()[0],
                module.WHY,
                module.ADVICE,
                module.find,
            )
        )
    return tuple(found)
