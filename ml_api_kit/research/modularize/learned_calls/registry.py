"""The rewrites, found by walking the folder of their rules."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One kind of call that learns.

    Attributes:
        id: the name of its file.
        calls: the names of the functions and methods, or attributes, that it rewrites.
        events: the kinds of events that it alone rewrites, whatever was called.
        rewrite: the expression that applies what the event learned; None where it learned nothing.
    """

    id: str
    calls: tuple[str, ...]
    events: tuple[str, ...]
    rewrite: Callable[[Expressions, Event, Value], ast.expr | None]


def rewritten(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The call that applies what the event's call learned; None where it learned nothing."""
    rewrites = find_rewrites()
    for one in rewrites:
        if event.kind in one.events:
            return one.rewrite(of, event, value)
    name = event.function.rpartition(".")[2]
    for one in rewrites:
        made = one.rewrite(of, event, value) if name in one.calls else None
        if made is not None:
            return made
    return None


@cache
def find_rewrites() -> tuple[Rewrite, ...]:
    """Every rewrite, in the order of their names."""
    from ml_api_kit.research.modularize.learned_calls import rules

    found = []
    for module_info in sorted(pkgutil.iter_modules(rules.__path__), key=lambda one: one.name):
        module: Any = importlib.import_module(f"{rules.__name__}.{module_info.name}")
        found.append(
            Rewrite(
                module_info.name,
                getattr(module, "CALLS", ()),
                getattr(module, "EVENTS", ()),
                module.rewrite,
            )
        )
    return tuple(found)
