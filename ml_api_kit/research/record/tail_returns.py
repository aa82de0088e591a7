"""A body that gives a variable its value as one that returns it."""

from __future__ import annotations

import ast


def returning(body: list[ast.stmt], variable: str) -> list[ast.stmt]:
    r"""The lines of a body, which return what they leave `variable` with.

    >>> body = ast.parse("if a:\n    x = 1\nelse:\n    x = 2").body
    >>> print("\n".join(ast.unparse(line) for line in returning(body, "x")))
    if a:
        return 1
    else:
        return 2
    """
    last = body[-1] if body else None
    if isinstance(last, ast.Assign) and _is(last.targets, variable):
        return [*body[:-1], ast.Return(last.value)]
    if isinstance(last, ast.If) and _gives(last, variable):
        last.body = returning(last.body, variable)
        last.orelse = returning(last.orelse, variable)
        return body
    return [*body, ast.Return(ast.Name(variable, ast.Load()))]


def _is(targets: list[ast.expr], variable: str) -> bool:
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == variable


def _gives(line: ast.If, variable: str) -> bool:
    return any(
        isinstance(one, ast.Name) and one.id == variable and isinstance(one.ctx, ast.Store)
        for one in ast.walk(line)
    )
