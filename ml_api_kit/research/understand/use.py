"""Which statements read what others define, by the names of variables."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Use:
    """What a statement defines and reads.

    Attributes:
        defines: the variables it gives a new value.
        changes: the variables whose object it changes, as `df["x"] = 1` does.
        reads: the variables it reads.
    """

    defines: frozenset[str]
    changes: frozenset[str]
    reads: frozenset[str]


def use_of(tree: ast.AST) -> Use:
    """What a statement defines, changes and reads."""
    defines: set[str] = set()
    changes: set[str] = set()
    reads: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (defines if isinstance(node.ctx, ast.Store) else reads).add(node.id)
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            root: ast.AST = node
            while isinstance(root, ast.Subscript | ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name):
                changes.add(root.id)
        elif isinstance(node, ast.Call) and any(one.arg == "inplace" for one in node.keywords):
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                changes.add(node.func.value.id)
        elif isinstance(node, ast.alias):
            defines.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defines.add(node.name)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            reads.add(node.target.id)
    return Use(frozenset(defines), frozenset(changes), frozenset(reads))


def readers(uses: Sequence[Use], place: int) -> list[int]:
    """The statements that read what the one at `place` defines, before it is defined anew."""
    found: list[int] = []
    open_names = set(uses[place].defines)
    for later in range(place + 1, len(uses)):
        if open_names & (uses[later].reads | uses[later].changes):
            found.append(later)
        open_names -= uses[later].defines - uses[later].reads
        if not open_names:
            break
    return found
