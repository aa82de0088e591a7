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
from ml_api_kit.research.understand.flow import weigh_by_use
from ml_api_kit.research.understand.judge import judge, judge_body
from ml_api_kit.research.understand.judge_calls import fitted, judge_calls, modelled, read, renamed
from ml_api_kit.research.understand.judged import Judged, strongest
from ml_api_kit.research.understand.names import import_aliases
from ml_api_kit.research.understand.scope import Scope
from ml_api_kit.research.understand.use import use_of


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
    trees = [ast.parse(statement.text) for statement in code.statements]
    scope = Scope(import_aliases(trees))
    judged = _judge_all([_node(tree) for tree in trees], scope)
    made = []
    for statement, tree, one in zip(code.statements, trees, judged, strict=True):
        if statement.number in production:
            one = _needed(tree, scope, one)
        made.append(Understood(statement, one.category, one.reason))
    return tuple(made)


def categorize_snippet(source: str) -> Category:
    """The category of several statements together: that of the one that matters most.

    Functions are for what they do, where nothing but functions is there.

    Raises SyntaxError: when the source is no valid Python.
    """
    tree = ast.parse(source)
    scope = Scope(import_aliases([tree]))
    judged = _judge_all(tree.body, scope)
    bodies = [
        judge_body(node, scope)
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    if bodies and all(one.category is Category.SUPPORT for one in judged):
        judged = bodies
    return strongest(judged).category if judged else Category.SUPPORT


def _node(tree: ast.Module) -> ast.stmt:
    return tree.body[0]


def _judge_all(nodes: list[ast.stmt], scope: Scope) -> list[Judged]:
    judged = [judge(node, scope) for node in nodes]
    return weigh_by_use([use_of(node) for node in nodes], judged)


def _needed(tree: ast.Module, scope: Scope, judged: Judged) -> Judged:
    """The category of a statement that production needs: never exploration or export."""
    if judged.category not in (Category.EXPLORATION, Category.EXPORT):
        return judged
    found = judge_calls((fitted, read, modelled, renamed), calls_in(tree, scope))
    if found is not None:
        return Judged(found.category, f"{found.reason}; the model needs it")
    return Judged(Category.PREPROCESSING, "its result is needed by the model")
