"""The functions and methods that a statement calls, with what is known of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ml_api_kit.research.understand.kinds import Kind
from ml_api_kit.research.understand.names import full_name
from ml_api_kit.research.understand.scope import Scope


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    Attributes:
        node: the call itself.
        full: the dotted name of what is called, imports resolved.
        last: the last part of that name.
        owner: what the last part belongs to, one part; empty for a function.
        kind: what the owner holds, where that is known.
    """

    node: ast.Call
    full: str
    last: str
    owner: str
    kind: Kind | None

    @property
    def first(self) -> str:
        """The first part of the name."""
        return self.full.partition(".")[0]


def calls_in(node: ast.AST, scope: Scope) -> list[Call]:
    """All calls of a statement, outermost first; lambdas and functions inside count as well."""
    return [_call(inner, scope) for inner in ast.walk(node) if isinstance(inner, ast.Call)]


def _call(node: ast.Call, scope: Scope) -> Call:
    full = full_name(node.func, scope.aliases)
    parts = full.split(".")
    owned = node.func.value if isinstance(node.func, ast.Attribute) else None
    return Call(node, full, parts[-1], parts[-2] if len(parts) > 1 else "", scope.kind(owned))


def attributes_in(node: ast.AST) -> Iterator[str]:
    """The names of all attributes that are read and not called, outermost first."""
    called = {id(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and id(inner) not in called:
            yield inner.attr


def writes_to(call: Call) -> bool:
    """Whether a call of `open` opens a file to write it."""
    given = [*call.node.args[1:2], *(one.value for one in call.node.keywords if one.arg == "mode")]
    return any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) and set(one.value) & set("wax")
        for one in given
    )
