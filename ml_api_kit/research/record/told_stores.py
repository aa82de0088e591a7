"""Assignments and deletions with what they store into told.

df["x"] = value          T.store(3, value, df, "x", 2)
df["x"] += 1             T.store(3, 1, df, "x", 2, "Add")
df["a"], b = f(x)        assigned_part_0, b = f(x), and then the store
del df["x"]              T.delete(3, df, "x")
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.record.expression_parts import number_of
from ml_api_kit.research.record.telling import tell, tell_bound

if TYPE_CHECKING:
    from ml_api_kit.research.record.instrument import Instrumenter


def told_assign(of: Instrumenter, node: ast.Assign) -> list[ast.stmt]:
    """The assignment, with what it stores into told, and the names it binds."""
    if len(node.targets) == 1 and isinstance(node.targets[0], ast.Subscript | ast.Attribute):
        return [_store(of, node.targets[0], of.visit(node.value), node)]
    node.value = of.visit(node.value)
    if any(_is_place(one) for target in node.targets for one in _parts(target)):
        return _stored_apart(of, node)
    node.targets = [of.visit(target) for target in node.targets]
    return [node, *tell_bound(node.targets, node)]


def _stored_apart(of: Instrumenter, node: ast.Assign) -> list[ast.stmt]:
    """`df["a"], b = f(x)` with its parts in variables first, from which they are stored."""
    stores: list[ast.stmt] = []
    statements: list[ast.stmt] = []
    value = node.value
    if len(node.targets) > 1:
        whole = ast.Name("assigned_value", ast.Store())
        statements += [ast.copy_location(ast.Assign([whole], value), node)]
        statements += tell_bound([whole], node)
        value = ast.Name(whole.id, ast.Load())
    for target in node.targets:
        if _is_place(target):
            stores.append(_stored_from(of, whole.id, target, node))
            continue
        for place, one in enumerate(_parts(target)):
            if _is_place(one) and isinstance(target, ast.Tuple | ast.List):
                part = ast.Name(f"assigned_part_{place}", ast.Store())
                target.elts[place] = ast.copy_location(part, one)
                stores.append(_stored_from(of, part.id, one, node))
        statements.append(ast.copy_location(ast.Assign([target], value), node))
        statements += tell_bound([target], node)
    return [*statements, *stores]


def _stored_from(of: Instrumenter, name: str, target: ast.expr, at: ast.stmt) -> ast.stmt:
    """`target = name` for a variable of our own."""
    node = ast.copy_location(ast.Name(name, ast.Load()), at)
    node.number = len(of.expressions)  # type: ignore[attr-defined]
    of.expressions[number_of(node)] = node
    return _store(of, target, of.visit_Name(node), at, number=number_of(node))


def told_augmented(of: Instrumenter, node: ast.AugAssign) -> list[ast.stmt]:
    """`df["x"] += 1` told as a store of what the operator gives."""
    value = of.visit(node.value)
    operator = ast.Constant(type(node.op).__name__)
    if isinstance(node.target, ast.Name):
        node.value = value
        name = node.target.id
        before = ast.Expr(
            tell(
                "augmenting",
                ast.Constant(number_of(node)),
                ast.Constant(name),
                ast.Name(name, ast.Load()),
                operator,
                at=node,
            )
        )
        return [before, node, *tell_bound([node.target], node)]
    return [_store(of, node.target, value, node, operator)]


def told_delete(of: Instrumenter, node: ast.Delete) -> list[ast.stmt]:
    """`del df["x"]` told."""
    statements: list[ast.stmt] = []
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            statements.append(
                ast.copy_location(
                    ast.Expr(
                        tell(
                            "delete",
                            ast.Constant(number_of(target)),
                            of.visit(target.value),
                            of.key(target.slice),
                            at=node,
                        )
                    ),
                    node,
                )
            )
        else:
            statements.append(ast.copy_location(ast.Delete([target]), node))
    return statements


def _store(
    of: Instrumenter,
    target: ast.expr,
    value: ast.expr,
    node: ast.stmt,
    operator: ast.expr | None = None,
    *,
    number: int | None = None,
) -> ast.stmt:
    """The store of a value, whose expression has the number given, or is the statement's."""
    given = number_of(getattr(node, "value")) if number is None else number  # noqa: B009
    extra = [ast.Constant(given), *([operator] if operator is not None else [])]
    place = ast.Constant(number_of(target))
    if isinstance(target, ast.Subscript):
        call = tell(
            "store",
            place,
            value,
            of.visit(target.value),
            of.key(target.slice),
            *extra,
            at=node,
        )
    elif isinstance(target, ast.Attribute):
        call = tell(
            "store_attribute",
            place,
            value,
            of.visit(target.value),
            ast.Constant(target.attr),
            *extra,
            at=node,
        )
    else:
        raise TypeError(type(target))
    return ast.copy_location(ast.Expr(call), node)


def _is_place(target: ast.expr) -> bool:
    """Whether an assignment stores into an object."""
    return isinstance(target, ast.Subscript | ast.Attribute)


def _parts(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
