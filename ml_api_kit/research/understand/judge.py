"""What one statement is for, judged by its form, by what it calls and by what is known of names."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from ml_api_kit.research.understand import vocabulary as words
from ml_api_kit.research.understand.calls import calls_in, writes_to
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.flow import weigh_by_use
from ml_api_kit.research.understand.judge_assigned import judge_assigned
from ml_api_kit.research.understand.judge_shown import judge_shown
from ml_api_kit.research.understand.judged import Judged, strongest
from ml_api_kit.research.understand.kinds import Kind, returned_by
from ml_api_kit.research.understand.scope import Scope
from ml_api_kit.research.understand.use import use_of
from ml_api_kit.research.understand.verbs import by_verb

_BLOCKS = ast.For | ast.AsyncFor | ast.While | ast.If | ast.With | ast.AsyncWith | ast.Try
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def judge_all(nodes: Sequence[ast.stmt], scope: Scope, cells: Sequence[int] = ()) -> list[Judged]:
    """The categories of statements in order, weighed by who reads what; see `weigh_by_use`."""
    judged = [judge(node, scope) for node in nodes]
    return weigh_by_use([use_of(node) for node in nodes], judged, cells)


def judge(node: ast.stmt, scope: Scope) -> Judged:
    """The category of one statement, and the reason; `scope` learns from it."""
    if isinstance(node, ast.ClassDef):
        return _class(node, scope)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        scope.functions[node.name] = _by_name(node, judge_body(node, scope))
        return Judged(Category.SUPPORT, f"defines {node.name}")
    scope.learn(node)
    if isinstance(node, _BLOCKS):
        return _block(node, scope)
    if isinstance(node, ast.Expr):
        return judge_shown(node, scope)
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return judge_assigned(node, scope)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return Judged(Category.SUPPORT, "imports a library")
    if isinstance(node, ast.Delete):
        return Judged(Category.PREPROCESSING, "deletes a variable or a column")
    if isinstance(node, ast.Return) and node.value is not None:
        return judge_shown(ast.Expr(node.value), scope)
    return Judged(Category.SUPPORT, "does nothing to the data")


def judge_body(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope) -> Judged:
    """What a function or class does, by its body; support where that says nothing."""
    inner = scope.inside()
    found: list[Judged] = []
    scope.kinds.pop(returned_by(node.name), None)
    for one in node.body:
        if isinstance(one, _FUNCTIONS):
            found.append(judge_body(one, inner))
        elif not (isinstance(one, ast.Return) and isinstance(one.value, ast.Name | None)):
            found.append(_returned(judge(one, inner), one))
        kind = inner.kind(one.value) if isinstance(one, ast.Return) else None
        if kind is not None:
            scope.kinds[returned_by(node.name)] = kind
    return strongest(found) if found else Judged(Category.SUPPORT, "does nothing to the data")


def _class(node: ast.ClassDef, scope: Scope) -> Judged:
    """A class is for what its bases are for; to make an object does nothing of what it can do."""
    bases = [scope.name(base) for base in node.bases]
    methods = {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
    if any(map(words.is_model, bases)) or {"fit", "predict"} <= methods:
        scope.kinds[returned_by(node.name)] = Kind.MODEL
        return Judged(Category.ML, f"defines a model: {node.name}")
    is_transformer = {"fit", "transform"} <= methods
    if is_transformer or any(words.is_transformer(base.rpartition(".")[2]) for base in bases):
        scope.kinds[returned_by(node.name)] = Kind.TRANSFORMER
        return Judged(Category.PREPROCESSING, f"defines what changes features: {node.name}")
    return Judged(Category.SUPPORT, f"defines {node.name}")


def _by_name(node: ast.FunctionDef | ast.AsyncFunctionDef, body: Judged) -> Judged:
    """What a function does; its name says it where its body leaves that open."""
    category = None if body.is_sure else by_verb(node.name)
    return body if category is None else Judged(category, f"is named {node.name}", is_sure=False)


def _returned(judged: Judged, node: ast.stmt) -> Judged:
    """What is returned is computed, not shown."""
    if isinstance(node, ast.Return) and judged.reason.startswith("shows"):
        return Judged(Category.PREPROCESSING, "computes a value", is_sure=False)
    return judged


def _block(node: ast.stmt, scope: Scope) -> Judged:
    """A loop or a condition is for what the strongest of its statements is for."""
    nodes = list(_inner(node))
    found = [judge(one, scope) for one in nodes]
    found = weigh_by_use([use_of(one) for one in nodes], found)
    found += _headers(node, scope)
    if not found:
        return Judged(Category.SUPPORT, "does nothing to the data")
    best = strongest(found)
    is_listing = isinstance(node, ast.For) and scope.name(node.iter).startswith(("os.", "glob."))
    if is_listing and best.category is Category.EXPLORATION:
        return Judged(Category.SUPPORT, "lists files")
    return replace(best, reason=f"in a block: {best.reason.removeprefix('in a block: ')}")


def _inner(node: ast.AST) -> list[ast.stmt]:
    """The statements of a block and of its other branches."""
    found: list[ast.stmt] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            found.append(child)
        elif isinstance(child, ast.ExceptHandler):
            found += child.body
    return found


def _headers(node: ast.stmt, scope: Scope) -> Sequence[Judged]:
    """What a `with` opens."""
    if not isinstance(node, ast.With | ast.AsyncWith):
        return []
    calls = [call for item in node.items for call in calls_in(item.context_expr, scope)]
    opened = [call for call in calls if call.full == "open"]
    return [
        Judged(Category.EXPORT, "opens a file to write it")
        if writes_to(call)
        else Judged(Category.PREPARATION, "opens a file", is_sure=False)
        for call in opened
    ]
