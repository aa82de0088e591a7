"""What the rules look at: the statements as trees, their names resolved, and how values flow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.understand.dataflow import Edge, Names, edges_between, names_of, walk_now
from ml_api_kit.research.understand.names import full_name, import_aliases


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found, and what."""

    cell: int
    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Called:
    """One call.

    Attributes:
        place: the number of its statement.
        node: the call.
        name: the full name of what is called, such as `sklearn.cluster.KMeans`.
        owner: for a method the class of the object, as far as it is known; otherwise empty.
        is_now: whether it runs with the statement, rather than when a function is called.
    """

    place: int
    node: ast.Call
    name: str
    owner: str
    is_now: bool

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    @property
    def receiver(self) -> str:
        """The variable whose method it is; empty where it is none."""
        function = self.node.func
        is_method = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
        return function.value.id if is_method else ""  # type: ignore[attr-defined]

    def keyword(self, name: str) -> ast.expr | None:
        """The value of a keyword argument, or None."""
        return next((one.value for one in self.node.keywords if one.arg == name), None)

    @property
    def has_unknown_keywords(self) -> bool:
        """Whether keyword arguments are passed on from a mapping."""
        return any(one.arg is None for one in self.node.keywords)


class Evidence:
    """Research code, looked through once for all rules.

    Attributes:
        code: the code.
        trees: each statement's tree.
        aliases: what the names of imports stand for.
        names: what each statement does to variables.
        edges: how variables flow between statements.
        calls: every call, in order.
    """

    def __init__(self, code: ResearchCode) -> None:
        """Look through `code`."""
        self.code = code
        self.trees = [ast.parse(statement.text) for statement in code.statements]
        self.aliases = import_aliases(self.trees)
        self.names: list[Names] = [names_of(one.text, self.aliases) for one in code.statements]
        self.edges: tuple[Edge, ...] = edges_between(self.names, self.trees)
        self.calls: list[Called] = list(self._calls())
        self._into: dict[int, set[int]] = {}
        for edge in self.edges:
            self._into.setdefault(edge.reader, set()).add(edge.maker)

    def at(self, place: int, node: ast.AST | None, what: str) -> Place:
        """A finding in the statement at `place`, on the line of `node`."""
        statement = self.code.statements[place]
        line = statement.line + getattr(node, "lineno", 1) - 1
        return Place(statement.cell, min(line, statement.last_line), what)

    def makers(self, place: int) -> set[int]:
        """The places of all statements that the one at `place` depends on, at first or second hand.

        The definitions of functions and imports are among them.
        """
        found: set[int] = set()
        open_places = [place]
        while open_places:
            new = self._into.get(open_places.pop(), set()) - found
            found |= new
            open_places += new
        return found

    def last_definition(self, name: str, place: int) -> tuple[int, ast.expr] | None:
        """Where `name` was last given a value before `place`, and the value, if that is plain."""
        for earlier in range(place - 1, -1, -1):
            if name not in self.names[earlier].defines:
                continue
            node = self.trees[earlier].body[0]
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target = node.targets[0]
                if isinstance(target, ast.Name) and target.id == name:
                    return earlier, node.value
            return None
        return None

    def _calls(self) -> Iterator[Called]:
        classes: dict[str, str] = {}
        for place, tree in enumerate(self.trees):
            now = {id(node) for node in walk_now(tree)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    owner = self._owner(node, classes)
                    name = full_name(node.func, self.aliases)
                    yield Called(place, node, name, owner, id(node) in now)
            classes |= self._constructed(tree)

    def _owner(self, call: ast.Call, classes: dict[str, str]) -> str:
        if not isinstance(call.func, ast.Attribute):
            return ""
        receiver: ast.AST = call.func.value
        if isinstance(receiver, ast.Call):
            made = full_name(receiver.func, self.aliases)
            if made.rpartition(".")[2][:1].isupper() or "make_" in made:
                return made
            return self._owner(receiver, classes)
        while isinstance(receiver, ast.Subscript | ast.Attribute):
            receiver = receiver.value
        return classes.get(receiver.id, "") if isinstance(receiver, ast.Name) else ""

    def _constructed(self, tree: ast.Module) -> dict[str, str]:
        """The classes of the variables that a statement makes objects for."""
        found: dict[str, str] = {}
        for node in walk_now(tree):
            if not isinstance(node, ast.Assign):
                continue
            value = node.value
            made = full_name(value.func, self.aliases) if isinstance(value, ast.Call) else ""
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = made
        return found
