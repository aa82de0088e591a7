"""The operation that directly follows a query, and the text that takes the place of both."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Edit, removed, replaced
from ml_api_kit.research.refactor.access.flow import Definition
from ml_api_kit.research.refactor.scope import LeftAloneError


@dataclass(frozen=True, slots=True)
class Place:
    """An operation on a query's frame.

    Attributes:
        call: the query's call.
        node: the operation: an expression over the frame, or the statement that stores a column.
        frame: the call, or the variable that holds what it gave.
        statement: the statement of the operation.
        is_in_place: whether the operation changes the variable's frame.
    """

    call: ast.Call
    node: ast.expr | ast.stmt
    frame: ast.Call | str
    statement: ast.stmt
    is_in_place: bool = False

    def check_alone(self, code: Code) -> None:
        """Nothing, where the frame before the operation is used nowhere else.

        Raises LeftAloneError: when it is.
        """
        if isinstance(self.frame, ast.Call) or self.is_in_place:
            return
        definition = _definition(code, code.statement_of(self.call))
        inside = set(ast.walk(self.node))
        for use in definition.uses:
            if use not in inside:
                raise LeftAloneError(
                    f"`{self.frame}` is used in line {use.lineno} too, before the operation"
                )

    def edits(self, code: Code, call: str) -> list[Edit]:
        """The changes that put a new call in the place of the query and the operation."""
        if isinstance(self.frame, ast.Call):
            return [replaced(code, self.node, call)]
        if self.is_in_place:
            return [replaced(code, self.call, call), removed(code, self.statement)]
        return [
            removed(code, code.statement_of(self.call)),
            replaced(code, self.node, call),
        ]


def place_behind(code: Code, call: ast.Call) -> Place | None:
    """The operation that directly follows a query; None where nothing does."""
    inline = _operation(code, call)
    if inline is not None:
        return Place(call, inline, call, code.statement_of(call))
    statement = code.parents[call]
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            pass
        case _:
            return None
    block = code.block_of(statement)
    number = block.index(statement) + 1
    if number == len(block):
        return None
    return _in_statement(code, call, name, block[number])


def _in_statement(code: Code, call: ast.Call, name: str, statement: ast.stmt) -> Place | None:
    definition = _definition(code, code.statement_of(call))
    inside = set(ast.walk(statement))
    uses = [use for use in definition.uses if use in inside]
    match statement:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=stored))]) if stored == name:
            return Place(call, statement, name, statement, is_in_place=True)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner))) as changed) if (
            owner == name and _is_in_place(changed)
        ):
            return Place(call, changed, name, statement, is_in_place=True)
        case ast.Assign(targets=[ast.Name()]):
            pass
        case _:
            return None
    for use in uses:
        node = _operation(code, use)
        if node is not None and set(uses) <= set(ast.walk(node)) and not _changes(node):
            return Place(call, node, name, statement)
    return None


def _operation(code: Code, frame: ast.expr) -> ast.expr | None:
    """The expression that does something with a frame: a subscript, or a method."""
    parent = code.parents[frame]
    if isinstance(parent, ast.Subscript) and parent.value is frame:
        return parent
    if not isinstance(parent, ast.Attribute):
        return None
    around = code.parents[parent]
    if isinstance(around, ast.Call) and around.func is parent:
        return around
    is_loc = parent.attr == "loc" and isinstance(around, ast.Subscript) and around.value is parent
    return around if is_loc and isinstance(around, ast.expr) else None


def _is_in_place(call: ast.Call) -> bool:
    return any(
        one.arg == "inplace" and isinstance(one.value, ast.Constant) and one.value.value is True
        for one in call.keywords
    )


def _changes(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and any(one.arg == "inplace" for one in node.keywords)


def _definition(code: Code, statement: ast.stmt) -> Definition:
    return next(one for one in code.flow.definitions if one.statement is statement)
