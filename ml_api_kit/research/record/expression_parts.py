"""The parts of an expression, and the numbers that expressions are told by."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def children(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The expressions that an expression is made of, each with its part in it, in order."""
    first = told_apart(node)
    if first is not None:
        yield "generators", first
    for field, value in ast.iter_fields(node):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.keyword):
                yield one.arg or "**", one.value
            elif isinstance(one, ast.Slice):
                yield from ((field, bound) for _, bound in children(one))
            elif isinstance(one, ast.expr):
                yield field, one


def told_apart(node: ast.AST) -> ast.expr | None:
    """What a comprehension goes through, where that is computed; None for anything else."""
    first = node.generators[0].iter if isinstance(node, Comprehension) else None
    return first if isinstance(first, ast.Call | ast.Subscript) else None


def numbered(tree: ast.AST) -> Iterator[ast.AST]:
    """What of a tree gets a number: its expressions, and assignments with an operator."""
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.AugAssign):
            yield node


def number_of(node: ast.AST) -> int:
    """The number of an expression."""
    return node.number  # type: ignore[attr-defined,no-any-return]
