"""Cases of what a local server does, and the table of the documentation that is drawn from them.

A group is a module whose docstring is its title; a case is a function whose docstring is its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

Run = Callable[[Any], None]


@dataclass(frozen=True)
class Case:
    group: str
    title: str
    run: Run
    is_refused: bool


def refused(run: Run) -> Run:
    run.is_refused = True  # type: ignore[attr-defined]
    return run


def cases_of(modules: Iterable[str]) -> list[Case]:
    return [
        Case(_title(module), str(run.__doc__), run, getattr(run, "is_refused", False))
        for module in map(import_module, modules)
        for run in _own_functions(module)
    ]


def _own_functions(module: ModuleType) -> list[Any]:
    return [
        one
        for name, one in vars(module).items()
        if inspect.isfunction(one) and one.__module__ == module.__name__ and name[0] != "_"
    ]


def _title(module: ModuleType) -> str:
    return str(module.__doc__).strip().rstrip(".")


def table(run: list[Case]) -> str:
    lines = ["| | works | is refused |", "| --- | --- | --- |"]
    for group in dict.fromkeys(case.group for case in run):
        titles = [
            "; ".join(
                case.title for case in run if case.group == group and case.is_refused is is_refused
            )
            for is_refused in (False, True)
        ]
        lines.append(f"| {group} | {titles[0]} | {titles[1]} |")
    return "\n".join(lines)
