"""Calls of the tracer, as instrumented code makes them."""

from __future__ import annotations

import ast

TRACER = "__mlapi_tracer__"


def tell(method: str, *arguments: ast.expr, at: ast.AST) -> ast.Call:
    """`T.method(*arguments)`, at the place of a node."""
    tracer = ast.Attribute(ast.Name(TRACER, ast.Load()), method, ast.Load())
    return ast.copy_location(ast.Call(tracer, list(arguments), []), at)


def tell_bound(
    targets: list[ast.expr], at: ast.stmt, *, iterated: ast.AST | None = None
) -> list[ast.stmt]:
    """`T.bound("x", x)` for each name that targets bind; `T.iterated` where a loop does."""
    names = [
        node.id
        for target in targets
        for node in ast.walk(target)
        if isinstance(node, ast.Name)
        and isinstance(getattr(node, "ctx", ast.Store()), ast.Store | ast.Load)
    ]
    method = "bound" if iterated is None else "iterated"
    return [
        ast.copy_location(
            ast.Expr(tell(method, ast.Constant(name), ast.Name(name, ast.Load()), at=at)), at
        )
        for name in dict.fromkeys(names)
        if name != TRACER
    ]
