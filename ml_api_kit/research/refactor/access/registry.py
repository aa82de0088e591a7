"""The access rules, found by walking their folder."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One idiom of client code, and the accessor call that replaces it.

    Attributes:
        id: the name of its file.
        summary: what it rewrites, in one line.
        leaves_alone: what it leaves alone, and why.
        rewrite: makes changes of a node; None where it is another idiom.
        stage: 0, or 1 for what is told only when the others find no more.
    """

    id: str
    summary: str
    leaves_alone: str
    rewrite: Callable[[ast.AST, Code], Rewrite | None]
    stage: int


@cache
def find_access_rules() -> tuple[AccessRule, ...]:
    """Every rule, in the order of their names."""
    from ml_api_kit.research.refactor import access_rules

    found = []
    names = sorted(one.name for one in pkgutil.iter_modules(access_rules.__path__))
    for name in names:
        module: Any = importlib.import_module(f"{access_rules.__name__}.{name}")
        summary = (module.__doc__ or "").strip().splitlines()[0]
        stage = getattr(module, "STAGE", 0)
        found.append(AccessRule(name, summary, module.LEAVES_ALONE, module.rewrite, stage))
    return tuple(found)
