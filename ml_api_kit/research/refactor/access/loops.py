"""Loops over what a client gives: statements and comprehensions alike."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ml_api_kit.research.refactor.access.code import Code


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop.

    Attributes:
        node: the statement, or the part of a comprehension, that loops.
        target: what each element is given to.
        elements: what is looped over.
    """

    node: ast.For | ast.comprehension
    target: ast.expr
    elements: ast.expr

    def uses(self, code: Code) -> list[ast.Name]:
        """Where the names that the elements are given to are read."""
        made = (one for one in code.flow.definitions if one.statement is self.node)
        return [use for one in made for use in one.uses]


def loop_of(node: ast.AST) -> Loop | None:
    """The loop that `node` is, of a comprehension its first; None where it is none.

    >>> found = loop_of(ast.parse("[row for row in rows]", mode="eval").body)
    >>> ast.unparse(found.elements)
    'rows'
    """
    if isinstance(node, ast.For):
        return Loop(node, node.target, node.iter)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        first = node.generators[0]
        return Loop(first, first.target, first.iter)
    return None
