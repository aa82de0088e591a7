"""The push-down rules, found by walking their folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ml_api_kit.research.refactor.push_down.select import Select
from ml_api_kit.research.refactor.push_down.step import Step


@dataclass(frozen=True, slots=True)
class PushDownRule:
    """One operation of pandas, and what it is in the query.

    Attributes:
        id: the name of its file.
        summary: what it moves, in one line.
        leaves_alone: what it leaves alone, and why.
        move: makes the query of an operation; None where it is another one.
        drops_rows: whether the frame has fewer rows then, whose labels it kept.
    """

    id: str
    summary: str
    leaves_alone: str
    move: Callable[[Step, Select], Select | None]
    drops_rows: bool


@cache
def find_push_down_rules() -> tuple[PushDownRule, ...]:
    """Every rule, in the order of their names."""
    from ml_api_kit.research.refactor import push_down_rules

    found = []
    for name in sorted(one.name for one in pkgutil.iter_modules(push_down_rules.__path__)):
        module: Any = importlib.import_module(f"{push_down_rules.__name__}.{name}")
        summary = (module.__doc__ or "").strip().splitlines()[0]
        found.append(
            PushDownRule(name, summary, module.LEAVES_ALONE, module.move, module.DROPS_ROWS)
        )
    return tuple(found)
