"""Which statements read what others define, by the names of variables."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ml_api_kit.research.understand.names import operands

# Methods that change the object they belong to.
_CHANGING = frozenset(
    {"fit", "partial_fit", "append", "extend", "update", "insert", "remove", "add", "compile"}
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class Use:
    """What a statement defines and reads.

    Attributes:
        defines: the variables it gives a new value.
        changes: the variables whose object it changes, as `df["x"] = 1` does.
        reads: the variables it reads.
        counts: those of `defines` that only count a loop.
    """

    defines: frozenset[str]
    changes: frozenset[str]
    reads: frozenset[str]
    counts: frozenset[str] = frozenset()


def use_of(tree: ast.AST) -> Use:
    """What a statement defines, changes and reads; what is local to a function is left out.

    >>> use_of(ast.parse("total = sum(x * k for x in rows)")).reads == {"sum", "k", "rows"}
    True
    """
    found = _Uses()
    found.visit(tree)
    return Use(*map(frozenset, (found.defines, found.changes, found.reads, found.counts)))


class _Uses(ast.NodeVisitor):
    def __init__(self) -> None:
        self.defines: set[str] = set()
        self.changes: set[str] = set()
        self.reads: set[str] = set()
        self.counts: set[str] = set()
        self.outer: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        (self.defines if isinstance(node.ctx, ast.Store) else self.reads).add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._stored(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._stored(node)

    def _stored(self, node: ast.Attribute | ast.Subscript) -> None:
        if isinstance(node.ctx, ast.Store | ast.Del):
            self._change(node.value)
        self.generic_visit(node)

    def _change(self, node: ast.AST) -> None:
        while isinstance(node, ast.Subscript | ast.Attribute):
            node = node.value
        if isinstance(node, ast.Name):
            self.changes.add(node.id)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            is_in_place = any(one.arg == "inplace" for one in node.keywords)
            if is_in_place or node.func.attr in _CHANGING:
                self._change(node.func.value)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        for one in operands(node):
            self.visit(one)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.reads.add(node.target.id)
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self.counts |= {one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)}
        self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> None:
        self.defines.add(node.asname or node.name.partition(".")[0])

    def visit_Global(self, node: ast.Global) -> None:
        self.outer |= set(node.names)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.defines.add(node.name)
        self._within(ast.iter_child_nodes(node), set())

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node)

    def _function(self, node: _Function) -> None:
        if not isinstance(node, ast.Lambda):
            self.defines.add(node.name)
        given = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
        self._within(ast.iter_child_nodes(node), given)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._within(ast.iter_child_nodes(node), set())

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._within(ast.iter_child_nodes(node), set())

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._within(ast.iter_child_nodes(node), set())

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._within(ast.iter_child_nodes(node), set())

    def _within(self, nodes: Iterable[ast.AST], given: set[str]) -> None:
        """Reads and changes of an inner scope, but for the names that are its own."""
        inner = _Uses()
        for node in nodes:
            inner.visit(node)
        own = (given | inner.defines) - inner.outer
        self.changes |= inner.defines & inner.outer
        self.reads |= inner.reads - own
        self.changes |= inner.changes - own


def readers(uses: Sequence[Use], place: int) -> list[int]:
    """The statements that read what the one at `place` defines, before it is defined anew."""
    return readers_of(uses, place, uses[place].defines)


def readers_of(uses: Sequence[Use], place: int, names: Iterable[str]) -> list[int]:
    """The statements after `place` that read one of the names before it is defined anew."""
    found: list[int] = []
    open_names = set(names)
    for later in range(place + 1, len(uses)):
        if open_names & (uses[later].reads | uses[later].changes):
            found.append(later)
        open_names -= uses[later].defines - uses[later].reads
        if not open_names:
            break
    return found
