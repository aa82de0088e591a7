"""The variables of the code: those of its functions, and of the whole."""

from __future__ import annotations

import ast

from ml_api_kit.research.record.expression_parts import told_apart
from ml_api_kit.research.record.tape import Value


class Scopes:
    """The value of each variable, in the function that runs and outside of all functions."""

    def __init__(self) -> None:
        """Begin outside of all functions, with no variables."""
        self._names: list[dict[str, Value]] = [{}]

    def bind(self, name: str, value: Value) -> None:
        """The variable `name` has a value from now on."""
        self._names[-1][name] = value

    def enter(self, given: dict[str, Value]) -> None:
        """A function begins, with its arguments."""
        self._names.append(given)

    def leave(self) -> None:
        """The function entered last ends."""
        if len(self._names) > 1:
            self._names.pop()

    def leave_all(self) -> None:
        """All functions end."""
        del self._names[1:]

    def named(self, name: str) -> list[Value]:
        """What a variable may stand for: in the function that runs, and outside of all."""
        found = (names.get(name) for names in (self._names[-1], self._names[0]))
        return [value for value in found if value is not None]

    def replace(self, before: Value, value: Value) -> None:
        """All variables of an object that has changed have its new value."""
        for names in self._names:
            names.update({name: value for name, old in names.items() if old is before})

    def free_names(self, node: ast.AST) -> dict[int, Value]:
        """The variables that an expression told as a whole reads, by the numbers of the names."""
        scope = {**self._names[0], **self._names[-1]}
        first = told_apart(node)
        apart = set() if first is None else {id(one) for one in ast.walk(first)}
        for inner in ast.walk(node):
            own = inner.arg if isinstance(inner, ast.arg) else None
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                own = inner.id
            scope.pop(own or "", None)
        return {
            inner.number: scope[inner.id]  # type: ignore[attr-defined]
            for inner in ast.walk(node)
            if isinstance(inner, ast.Name) and inner.id in scope and id(inner) not in apart
        }
