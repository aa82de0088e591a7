"""Names for what calls learn, from the expressions that they were given."""

from __future__ import annotations

import ast


def column_of(given: ast.expr) -> str | None:
    """The column that an expression is about, where it names one."""
    for node in ast.walk(given):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return str(node.slice.value)
    for node in ast.walk(given):
        if isinstance(node, ast.Attribute):
            return node.attr
    return None


def part_name(part: ast.expr) -> str:
    """A name for what a part of an expression gives: its column and the reduction."""
    calls = [
        one.func.attr
        for one in ast.walk(part)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)
    ]
    column = column_of(part)
    return "_".join([*([column] if column and column not in calls else []), *calls[:1]])
