"""What type the value of an expression surely has."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.flow import Definition

_CALLS: dict[str, type] = {
    "int": int,
    "len": int,
    "float": float,
    "str": str,
    "repr": str,
}
_STR_METHODS = {"strip", "lower", "upper", "join", "format", "replace", "strftime", "isoformat"}
_ANNOTATIONS: dict[str, type] = {"int": int, "float": float, "str": str}


def value_type(code: Code, node: ast.expr) -> type | None:
    r"""The type int, float, str or bool of an expression; None where it cannot be told.

    >>> code = Code("least = 3\nx = least\n")
    >>> value_type(code, code.tree.body[1].value)
    <class 'int'>
    """
    match node:
        case ast.Constant(value=value):
            return type(value) if type(value) in (int, float, str, bool) else None
        case ast.JoinedStr():
            return str
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            found = value_type(code, operand)
            return found if found in (int, float) else None
        case ast.BinOp(left=left, right=right, op=op):
            return _of_operation(value_type(code, left), value_type(code, right), op)
        case ast.Name():
            found_types = {_of_definition(code, one) for one in code.flow.reaching(node)}
            return found_types.pop() if len(found_types) == 1 else None
        case ast.Call(func=ast.Name(id=name) as function):
            return None if code.flow.reaching(function) else _CALLS.get(name)
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _STR_METHODS:
            is_text = value_type(code, owner) is str or name in ("strftime", "isoformat")
            return str if is_text else None
    return None


def _of_operation(left: type | None, right: type | None, op: ast.operator) -> type | None:
    if left is str and right is str and isinstance(op, ast.Add):
        return str
    numbers = (int, float)
    if left not in numbers or right not in numbers:
        return None
    if isinstance(op, ast.Div):
        return float
    if isinstance(op, ast.Add | ast.Sub | ast.Mult):
        return float if float in (left, right) else int
    return None


def _of_definition(code: Code, definition: Definition) -> type | None:
    statement = definition.statement
    if isinstance(statement, ast.arg):
        annotation = statement.annotation
        return _ANNOTATIONS.get(annotation.id) if isinstance(annotation, ast.Name) else None
    return None if definition.value is None else value_type(code, definition.value)
