"""The rules, found by walking their folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """One idiom of pandas, and what replaces it.

    Attributes:
        id: the name of its file.
        summary: what it rewrites, in one line.
        leaves_alone: what it leaves alone, and why.
        column: rewrites an expression of a column into one of a row's value; None where it does not
            apply.
        frame: rewrites an expression of a frame into one of rows.
        statement: rewrites a whole statement.
    """

    id: str
    summary: str
    leaves_alone: str
    column: Callable[..., str | None] | None
    frame: Callable[..., str | None] | None
    statement: Callable[..., str | None] | None


@cache
def find_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of their names."""
    from ml_api_kit.research.refactor import rules

    found = []
    for module_info in sorted(pkgutil.iter_modules(rules.__path__), key=lambda one: one.name):
        module: Any = importlib.import_module(f"{rules.__name__}.{module_info.name}")
        lines = (module.__doc__ or "").strip().splitlines()
        found.append(
            Rule(
                module_info.name,
                lines[0] if lines else "",
                module.LEAVES_ALONE,
                getattr(module, "column", None),
                getattr(module, "frame", None),
                getattr(module, "statement", None),
            )
        )
    return tuple(found)
