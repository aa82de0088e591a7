"""What each statement of research code is for, with the reason in words.

1. by form:  imports, functions, classes and constants support the rest
2. by calls: what is called, resolved through imports and by what variables hold, says what is done
3. by use:   what is made only to be looked at is exploration, what feeds production never is
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ml_api_kit.research.source.code import ResearchCode, Statement
from ml_api_kit.research.understand.calls import calls_in
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.judge import judge_all
from ml_api_kit.research.understand.judge_calls import fitted, judge_calls, modelled, read, renamed
from ml_api_kit.research.understand.judged import Judged
from ml_api_kit.research.understand.scope import Scope


@dataclass(frozen=True, slots=True)
class Understood:
    """A statement, what it is for, and why that is said."""

    statement: Statement
    category: Category
    reason: str


def categorize(
    code: ResearchCode,
    *,
    facts: Mapping[Any, Any] | None = None,
    production: Collection[int] = (),
) -> tuple[Understood, ...]:
    """The category of every statement.

    `production` holds the numbers of the statements that the served model was found to need while
    the code ran; these are never exploration or export. `facts` is what the run recorded.
    """
    nodes, judged, scope = judge_code(code)
    made = []
    for statement, node, one in zip(code.statements, nodes, judged, strict=True):
        if statement.number in production:
            one = _needed(node, scope, one)
        made.append(Understood(statement, one.category, one.reason))
    return tuple(made)


def judge_code(code: ResearchCode) -> tuple[list[ast.stmt], list[Judged], Scope]:
    """The statements as trees, what each is for without running it, and what is known of names."""
    trees = [ast.parse(statement.text) for statement in code.statements]
    scope = Scope.of(trees)
    nodes = [tree.body[0] for tree in trees]
    cells = [statement.cell for statement in code.statements]
    return nodes, judge_all(nodes, scope, cells), scope


def _needed(node: ast.stmt, scope: Scope, judged: Judged) -> Judged:
    """The category of a statement that production needs: never exploration or export."""
    if judged.category not in (Category.EXPLORATION, Category.EXPORT):
        return judged
    found = judge_calls((fitted, read, modelled, renamed), calls_in(node, scope))
    if found is not None:
        return Judged(found.category, f"{found.reason}; the model needs it")
    return Judged(Category.PREPROCESSING, "its result is needed by the model")
