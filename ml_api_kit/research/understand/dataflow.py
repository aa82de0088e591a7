"""How values flow between statements: which one reads what which other one made.

    0  df = read()        makes df
    1  df["a"] = 1        reads df, and changes it
    2  plot(df)           reads df as 1 left it

Names are looked up as Python does: what is local to a function or a comprehension is nobody else's.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

_COMPREHENSIONS = frozenset({"listcomp", "setcomp", "dictcomp", "genexpr"})
# fmt: off
_MUTATING = frozenset(
    {
        "add", "append", "clear", "compile", "extend", "fit", "fit_predict", "fit_resample",
        "fit_transform", "insert", "partial_fit", "pop", "remove", "reverse", "set_params",
        "setdefault", "sort", "update",
    }
)
# fmt: on
_DELAYED = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class Names:
    """What a statement does to the variables of the notebook.

    Attributes:
        defines: the variables it gives a new value.
        changes: the variables whose object it changes, as `df["x"] = 1` and `model.fit(X)` do.
        reads: the variables it reads, or a function that it defines will read.
        immediate: those of them that it reads at once.
        deletes: the variables it takes away.
    """

    defines: frozenset[str]
    changes: frozenset[str]
    reads: frozenset[str]
    immediate: frozenset[str]
    deletes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Edge:
    """That one statement reads what another made.

    Attributes:
        maker: the place of the statement that made it.
        reader: the place of the statement that reads it.
        name: the variable.
    """

    maker: int
    reader: int
    name: str


def names_of(source: str, modules: Collection[str] = ()) -> Names:
    """What a statement does to variables; `modules` are names of imports, which nothing changes.

    Raises SyntaxError: when the source is no valid Python.

    >>> names = names_of('total = sum(x for x in df["a"])')
    >>> sorted(names.defines), sorted(names.reads)
    (['total'], ['df', 'sum'])
    """
    tree = ast.parse(source)
    top = symtable.symtable(source, "statement", "exec")
    symbols = top.get_symbols()
    stored = {one.get_name() for one in symbols if one.is_assigned() or one.is_imported()}
    immediate = {one.get_name() for one in symbols if one.is_referenced()}
    immediate |= {
        node.target.id
        for node in walk_now(tree)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }
    delayed: set[str] = set()
    for child in top.get_children():
        is_now = child.get_name() in _COMPREHENSIONS or child.get_type() == "class"
        (immediate if is_now else delayed).update(_globals_read(child))
        stored |= _globals_written(child)
    deletes = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del)
    }
    changes = set(_changed(tree)) - set(modules)
    reads = immediate | delayed | changes
    return Names(
        frozenset(stored - deletes),
        frozenset(changes),
        frozenset(reads),
        frozenset(immediate | changes),
        frozenset(deletes),
    )


def edges_between(statements: Sequence[Names], trees: Sequence[ast.Module]) -> tuple[Edge, ...]:
    """Every flow of a variable from the statement that made it last to one that reads it.

    What an `if`, a loop or a `try` makes may be what was there before: it reads that as well. After
    `X = df` a change of one is a change of the other, until one of them is given a new value.
    """
    makers: dict[str, int] = {}
    same = _SameObjects()
    found: list[Edge] = []
    for place, (names, tree) in enumerate(zip(statements, trees, strict=True)):
        is_block = isinstance(tree.body[0], ast.If | ast.For | ast.While | ast.Try | ast.With)
        perhaps = names.defines if is_block else frozenset()
        for name in sorted((names.reads | perhaps) & makers.keys()):
            found.append(Edge(makers[name], place, name))
        for name in names.deletes:
            makers.pop(name, None)
        for name in names.changes:
            makers |= dict.fromkeys(same.of(name), place)
        for name in names.defines:
            same.part(name)
            makers[name] = place
        same.bind(tree.body[0])
    return tuple(found)


class _SameObjects:
    """Which variables hold the same object."""

    def __init__(self) -> None:
        self._groups: dict[str, frozenset[str]] = {}

    def of(self, name: str) -> frozenset[str]:
        """The variables that hold what `name` holds, itself among them."""
        return self._groups.get(name, frozenset({name}))

    def part(self, name: str) -> None:
        """Let `name` hold something of its own."""
        rest = self.of(name) - {name}
        self._groups |= dict.fromkeys(rest, rest)
        self._groups[name] = frozenset({name})

    def bind(self, node: ast.stmt) -> None:
        """Let the variables of a plain `a = b` hold the same."""
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Name):
            return
        targets = {one.id for one in node.targets if isinstance(one, ast.Name)}
        group = self.of(node.value.id) | targets
        self._groups |= dict.fromkeys(group, group)


def _globals_read(table: symtable.SymbolTable) -> set[str]:
    found = {
        one.get_name() for one in table.get_symbols() if one.is_global() and one.is_referenced()
    }
    return found.union(*(_globals_read(child) for child in table.get_children()))


def _globals_written(table: symtable.SymbolTable) -> set[str]:
    found = {
        one.get_name()
        for one in table.get_symbols()
        if one.is_declared_global() and one.is_assigned()
    }
    return found.union(*(_globals_written(child) for child in table.get_children()))


def _changed(tree: ast.AST) -> Iterator[str]:
    """The variables whose objects a statement changes."""
    for node in walk_now(tree):
        if isinstance(node, ast.Subscript | ast.Attribute):
            if isinstance(node.ctx, ast.Store | ast.Del):
                yield from root_name(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _MUTATING or is_in_place(node):
                yield from root_name(node.func.value)
            elif node.func.attr == "shuffle" and node.args:
                yield from root_name(node.args[0])


def walk_now(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs when the statement runs: not those of functions that it defines."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _DELAYED):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))


def root_name(node: ast.AST) -> Iterator[str]:
    """The variable that an expression such as `df.loc[0]["a"]` is a part of, if it is one."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def is_in_place(call: ast.Call) -> bool:
    """Whether a call says `inplace=True`."""
    return any(
        one.arg == "inplace" and isinstance(one.value, ast.Constant) and one.value.value is True
        for one in call.keywords
    )
