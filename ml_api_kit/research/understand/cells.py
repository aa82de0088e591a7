"""What the statements of a cell are for together.

The rules say it of each statement. Where they do not settle it, what all of them read like counts,
by weights learned from labelled notebooks, if that is likelier than not; else the statement that
matters most.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.understand.categorize import judge_code
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.features import features_of
from ml_api_kit.research.understand.judge import judge_all, judge_body
from ml_api_kit.research.understand.judged import Judged, strongest
from ml_api_kit.research.understand.learned import learned_weights, read_as
from ml_api_kit.research.understand.scope import Scope

LIKELY = 0.5
_NOT_SERVED = (Category.EXPLORATION, Category.EXPORT, Category.SUPPORT)


@dataclass(frozen=True, slots=True)
class UnderstoodCell:
    """A cell's number, what it is for, and why that is said."""

    cell: int
    category: Category
    reason: str


def categorize_cells(
    code: ResearchCode, *, production: Collection[int] = ()
) -> tuple[UnderstoodCell, ...]:
    """The category of every cell that holds a statement.

    A cell with a statement that the served model needs, by its number in `production`, is what
    that statement is for rather than exploration, export or support.
    """
    nodes, judged, scope = judge_code(code)
    made = []
    for cell in sorted({statement.cell for statement in code.statements}):
        places = [one.number for one in code.statements if one.cell == cell]
        own = [judged[place] for place in places]
        found = _settled(own) or _together([nodes[place] for place in places], own, scope)
        needed = [judged[place] for place in places if place in production]
        served = [one for one in needed if one.category not in _NOT_SERVED]
        if found.category in _NOT_SERVED and served:
            found = strongest(served)
        made.append(UnderstoodCell(cell, found.category, found.reason))
    return tuple(made)


def categorize_snippet(source: str, *, by_rules: bool = False) -> Category:
    """The category of some lines alone: as that of a cell, or with `by_rules` by the rules alone.

    Raises SyntaxError: when the source is no valid Python.

    >>> categorize_snippet("import pandas as pd")
    <Category.SUPPORT: 'support'>
    """
    nodes, judged, scope = _judge_snippet(source)
    if not by_rules:
        return _together(nodes, judged, scope).category
    by_content = _by_content(nodes, judged, scope)
    return strongest(by_content).category if by_content else Category.SUPPORT


def tokens_of_snippet(source: str) -> frozenset[str]:
    """The tokens by which the category of some lines is learned.

    Raises SyntaxError: when the source is no valid Python.
    """
    nodes, judged, scope = _judge_snippet(source)
    return features_of(nodes, _by_content(nodes, judged, scope), scope)


def _judge_snippet(source: str) -> tuple[list[ast.stmt], list[Judged], Scope]:
    tree = ast.parse(source)
    scope = Scope.of([tree])
    return tree.body, judge_all(tree.body, scope), scope


def _settled(judged: Sequence[Judged]) -> Judged | None:
    """What leaves no doubt in a notebook, where it is known who reads what.

    A cell all of one kind is of that kind, and one that makes or fits a model is for the model.
    """
    telling = [one for one in judged if one.category is not Category.SUPPORT]
    if not telling and not any(one.reason.startswith("defines") for one in judged):
        return judged[0]
    if telling and len({one.category for one in telling}) == 1:
        return telling[0] if any(one.is_sure for one in telling) else None
    is_made = any(
        one.category is Category.ML and one.is_sure and not one.is_answer for one in telling
    )
    found = strongest(telling) if is_made else None
    return found if found is not None and found.category is Category.ML else None


def _together(nodes: Sequence[ast.stmt], judged: Sequence[Judged], scope: Scope) -> Judged:
    judged = _by_content(nodes, judged, scope)
    reading = read_as(features_of(nodes, judged, scope), learned_weights())
    if reading is not None and reading.probability > LIKELY:
        return Judged(reading.category, reading.reason)
    return strongest(judged) if judged else Judged(Category.SUPPORT, "holds no statement")


def _by_content(
    nodes: Sequence[ast.stmt], judged: Sequence[Judged], scope: Scope
) -> Sequence[Judged]:
    """Functions that stand alone are for what they do."""
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    if functions and all(one.category is Category.SUPPORT for one in judged):
        return [judge_body(node, scope) for node in functions]
    return judged
