"""What is known of names at a place in the code: imports, kinds of variables, functions."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ml_api_kit.research.understand.judged import Judged
from ml_api_kit.research.understand.kinds import Kind, kind_of, kinds_by_use
from ml_api_kit.research.understand.names import CUSTOMARY, full_name, import_aliases, operands

# Calls that only write a constant in another way, and what names files and folders.
_PLAIN_CALLS = frozenset(
    {
        *("range", "list", "dict", "set", "tuple", "int", "float", "str", "len", "sorted"),
        *("numpy.linspace", "numpy.arange", "numpy.logspace", "Path", "np.linspace", "np.arange"),
    }
)
_TABLES = ("pandas.", "numpy.", "polars.")
_PLAIN_MODULES = ("pathlib.", "os.path.", "Path.", "datetime.")
_COLLECTS = frozenset({"append", "add", "extend", "update"})


@dataclass(slots=True)
class Scope:
    """What the statements so far say of names.

    Attributes:
        aliases: for each name that an import binds, what it stands for.
        kinds: for each variable what it holds, and for each function what it returns, where that
            is known.
        functions: for each function or class of the code, what its body does.
        constants: variables that hold what is written in the code itself.
        asked: what objects of unknown classes hold, by the methods that the code calls of them.
    """

    aliases: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    functions: dict[str, Judged] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)
    asked: dict[str, Kind] = field(default_factory=dict)

    @classmethod
    def of(cls, trees: Sequence[ast.AST]) -> Scope:
        """What is known before the first statement: imports, and how objects will be used."""
        return cls(CUSTOMARY | import_aliases(trees), asked=kinds_by_use(trees))

    def inside(self) -> Scope:
        """A scope for the body of a function: what is learned there is not known outside."""
        return replace(self, kinds=dict(self.kinds), constants=set(self.constants))

    def kind(self, value: ast.AST | None) -> Kind | None:
        """The kind of an expression's value; None where nothing says it."""
        return kind_of(value, self.aliases, self.kinds)

    def name(self, node: ast.AST) -> str:
        """The dotted name of an expression, imports resolved."""
        return full_name(node, self.aliases)

    def is_constant(self, value: ast.AST) -> bool:
        """Whether an expression holds nothing but what is written in the code itself."""
        own = {one.id for one in ast.walk(value) if isinstance(one, ast.Name) and _is_bound(one)}
        return self._is_written(value, own)

    def _is_written(self, node: ast.AST, own: set[str]) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.constants | own
        if isinstance(node, ast.Call):
            full = self.name(node.func)
            is_plain = full in _PLAIN_CALLS or full.startswith(_PLAIN_MODULES)
            inner: list[ast.AST] = [*node.args, *(one.value for one in node.keywords)]
            if is_plain and isinstance(node.func, ast.Attribute):
                inner += [node.func.value] if isinstance(node.func.value, ast.Call) else []
            return is_plain and all(self._is_written(one, own) for one in inner)
        if isinstance(node, ast.Subscript | ast.Attribute):
            return False
        if isinstance(node, ast.BinOp):
            return all(self._is_written(one, own) for one in operands(node))
        return all(self._is_written(one, own) for one in ast.iter_child_nodes(node))

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
            kind = self.kind(value) or self._kind_by_use(target.id, value)
            self._set(target.id, kind, is_constant=self.is_constant(value))
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self._gather(target.value.id, value)

    def _kind_by_use(self, name: str, value: ast.expr) -> Kind | None:
        """What an unknown class makes, by what is asked of it."""
        if not isinstance(value, ast.Call):
            return None
        made = self.name(value.func)
        is_class = made.rpartition(".")[2][:1].isupper() and not made.startswith(_TABLES)
        return self.asked.get(name) if is_class else None

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


def _is_bound(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)
