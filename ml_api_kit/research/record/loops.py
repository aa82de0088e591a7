"""Loops that make a list of a column, one element after the other.

    for i in range(len(mail)):
        text = mail["text"][i].lower()
        corpus.append(text)

is a function of an element, `text.lower()`, for each element of `mail["text"]`.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TypeVar

ELEMENT = "element"

_Node = TypeVar("_Node", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Collecting:
    """A loop that appends to a list once in each turn.

    Attributes:
        name: the list's variable.
        column: the column that it goes through.
        body: what is done to an element, which is named `element`.
        result: what is appended.
    """

    name: str
    column: ast.expr
    body: tuple[ast.stmt, ...]
    result: ast.expr


def find_collecting(loop: ast.For) -> Collecting | None:
    """What a loop collects; None where it does something else."""
    places = [at for at, one in enumerate(loop.body) if _appended(one) is not None]
    if len(places) != 1 or loop.orelse or _leaves(loop):
        return None
    appended = _appended(loop.body[places[0]])
    assert appended is not None
    name, result = appended
    found = _by_position(loop) if _is_range(loop.iter) else _by_element(loop)
    if found is None:
        return None
    column, replaced = found
    elements = _Elements(replaced)
    body = [elements.replace(one) for one in loop.body[: places[0]]]
    return Collecting(name, column, tuple(body), elements.replace(result))


def _appended(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """The list and what is appended to it; None for any other statement."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    owner = call.func.value
    is_append = call.func.attr == "append" and isinstance(owner, ast.Name) and len(call.args) == 1
    return (owner.id, call.args[0]) if is_append and isinstance(owner, ast.Name) else None


def _leaves(loop: ast.For) -> bool:
    return any(isinstance(one, ast.Break | ast.Continue | ast.Return) for one in ast.walk(loop))


def _is_range(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"
    )


def _by_position(loop: ast.For) -> tuple[ast.expr, str] | None:
    """The column of `column[i]`, where the position is used for nothing else."""
    if not isinstance(loop.target, ast.Name):
        return None
    index = loop.target.id
    reads = [one for line in loop.body for one in ast.walk(line) if _is_read_at(one, index)]
    uses = [
        one
        for line in loop.body
        for one in ast.walk(line)
        if isinstance(one, ast.Name) and one.id == index
    ]
    columns = {ast.dump(_column_of(one)): _column_of(one) for one in reads}
    if len(columns) != 1 or len(uses) != len(reads):
        return None
    column = next(iter(columns.values()))
    return column, ast.dump(reads[0])


def _is_read_at(node: ast.AST, index: str) -> bool:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Name)
        and node.slice.id == index
        and isinstance(node.ctx, ast.Load)
    )


def _column_of(read: ast.AST) -> ast.expr:
    """The column that an element is read of, without `.iloc`, `.loc` and `.values`."""
    assert isinstance(read, ast.Subscript)
    value = read.value
    if isinstance(value, ast.Attribute) and value.attr in ("iloc", "loc", "values", "at", "iat"):
        return value.value
    return value


def _by_element(loop: ast.For) -> tuple[ast.expr, str] | None:
    """The column that is gone through element by element."""
    if not isinstance(loop.target, ast.Name):
        return None
    column: ast.expr = loop.iter
    if isinstance(column, ast.Attribute) and column.attr == "values":
        column = column.value
    if not isinstance(column, ast.Subscript | ast.Attribute | ast.Name):
        return None
    return column, ast.dump(ast.Name(loop.target.id, ast.Load()))


class _Elements(ast.NodeTransformer):
    """Puts `element` in place of the expression that reads one."""

    def __init__(self, replaced: str) -> None:
        self._replaced = replaced

    def replace(self, node: _Node) -> _Node:
        """A copy of a node with every element replaced."""
        return self.visit(copy.deepcopy(node))  # type: ignore[return-value]

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and ast.dump(node) == self._replaced:
            return ast.copy_location(ast.Name(ELEMENT, ast.Load()), node)
        return self.generic_visit(node)
