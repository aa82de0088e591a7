"""What is known of names at a place in the code: imports, kinds of variables, functions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ml_api_kit.research.understand.judged import Judged
from ml_api_kit.research.understand.kinds import Kind, kind_of
from ml_api_kit.research.understand.names import full_name

_COLLECTS = frozenset({"append", "add", "extend", "update"})


@dataclass(slots=True)
class Scope:
    """What the statements so far say of names.

    Attributes:
        aliases: for each name that an import binds, what it stands for.
        kinds: for each variable what it holds, where that is known.
        functions: for each function or class of the code, what its body does.
        constants: variables that hold what is written in the code itself.
    """

    aliases: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    functions: dict[str, Judged] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)

    def inside(self) -> Scope:
        """A scope for the body of a function: what is learned there is not known outside."""
        return Scope(self.aliases, dict(self.kinds), self.functions, set(self.constants))

    def kind(self, value: ast.AST | None) -> Kind | None:
        """The kind of an expression's value; None where nothing says it."""
        return kind_of(value, self.aliases, self.kinds)

    def name(self, node: ast.AST) -> str:
        """The dotted name of an expression, imports resolved."""
        return full_name(node, self.aliases)

    def is_constant(self, value: ast.AST) -> bool:
        """Whether an expression holds nothing but what is written in the code itself."""
        for inner in ast.walk(value):
            if isinstance(inner, ast.Name) and inner.id not in self.constants:
                return False
            if isinstance(inner, ast.Call | ast.Subscript | ast.Attribute | ast.JoinedStr):
                return False
        return True

    def learn(self, node: ast.stmt) -> None:
        """Takes note of what the statement gives its variables."""
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, value)
            case ast.For(target=target, iter=value):
                self._bind(target, value)
            case ast.Expr(value=ast.Call() as call):
                self._collect(call)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
            matched = values if len(values) == len(target.elts) else [value] * len(target.elts)
            for one, given in zip(target.elts, matched, strict=True):
                self._bind(one, given)
        elif isinstance(target, ast.Name):
            self._set(target.id, self.kind(value), is_constant=self.is_constant(value))
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self._gather(target.value.id, value)

    def _set(self, name: str, kind: Kind | None, *, is_constant: bool) -> None:
        self.kinds.pop(name, None)
        self.constants.discard(name)
        if kind is not None:
            self.kinds[name] = kind
        elif is_constant:
            self.constants.add(name)

    def _collect(self, call: ast.Call) -> None:
        match call.func:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in _COLLECTS:
                for given in call.args:
                    self._gather(name, given)

    def _gather(self, name: str, value: ast.expr) -> None:
        """A list or mapping that began empty holds what is put into it."""
        kind = self.kind(value)
        if name in self.constants and kind is not None:
            self._set(name, kind, is_constant=False)
