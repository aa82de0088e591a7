"""Which values a name may have where it is read: its reaching definitions.

A block is walked in order; the branches of an `if`, the turns of a loop and the parts of a `try`
are joined. A function may be called at any time, so it reads every definition that the module has
of a name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(eq=False, slots=True)
class Definition:
    """One place that gives a name a value.

    Attributes:
        name: the name.
        statement: the statement that does it; an argument's function.
        value: the expression whose value it is; None where it is none, as of a loop's variable.
        uses: where it is read.
    """

    name: str
    statement: ast.AST
    value: ast.expr | None
    uses: list[ast.Name] = field(default_factory=list)


_Environment = dict[str, frozenset[Definition]]


class Flow:
    """The definitions and uses of all names of a module."""

    def __init__(self, tree: ast.Module) -> None:
        """Walk a module."""
        self._reaching: dict[ast.Name, frozenset[Definition]] = {}
        self.definitions: list[Definition] = []
        self._later: list[_Function | ast.Lambda] = []
        self._made: dict[tuple[ast.AST, str], Definition] = {}
        self._rebound = {
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.Global | ast.Nonlocal)
            for name in node.names
        }
        self._block(tree.body, {})
        of_module = self._grouped()
        functions, self._later = self._later, []
        for function in functions:
            self._function(function, dict(of_module))
        while self._later:
            # A function within a function may read what any of those around it defines.
            self._function(self._later.pop(), self._grouped())

    def reaching(self, name: ast.Name) -> frozenset[Definition]:
        """The definitions whose value a name may have where it is read; none for a builtin."""
        return self._reaching.get(name, frozenset())

    def single(self, name: ast.Name) -> Definition | None:
        """The one definition that reaches a name; None where there are several, or none."""
        if name.id in self._rebound:
            return None
        found = self.reaching(name)
        return next(iter(found)) if len(found) == 1 else None

    def _grouped(self) -> _Environment:
        found: dict[str, set[Definition]] = {}
        for one in self.definitions:
            found.setdefault(one.name, set()).add(one)
        return {name: frozenset(ones) for name, ones in found.items()}

    def _define(
        self, name: str, statement: ast.AST, value: ast.expr | None, environment: _Environment
    ) -> None:
        # The turns of a loop walk a statement twice; it stays one definition.
        one = self._made.get((statement, name))
        if one is None:
            one = Definition(name, statement, value)
            self._made[statement, name] = one
            self.definitions.append(one)
        environment[name] = frozenset({one})

    def _block(self, body: Sequence[ast.stmt], environment: _Environment) -> None:
        for statement in body:
            self._statement(statement, environment)

    def _statement(self, statement: ast.stmt, environment: _Environment) -> None:
        match statement:
            case ast.Assign(targets=targets, value=value):
                self._read(value, environment)
                for target in targets:
                    self._store(target, statement, value, environment)
            case ast.AnnAssign(target=target, value=value):
                self._read(statement.annotation, environment)
                if value is not None:
                    self._read(value, environment)
                    self._store(target, statement, value, environment)
            case ast.AugAssign(target=target, value=value):
                self._read(value, environment)
                if isinstance(target, ast.Name):
                    self._use(target, environment)
                self._store(target, statement, None, environment)
            case ast.If(test=test, body=body, orelse=orelse):
                self._read(test, environment)
                self._joined([body, orelse], environment)
            case ast.For() | ast.AsyncFor():
                self._read(statement.iter, environment)
                self._store(statement.target, statement, None, environment)
                self._loop(statement.body, statement.orelse, environment)
            case ast.While():
                self._read(statement.test, environment)
                self._loop(statement.body, statement.orelse, environment)
                self._read(statement.test, environment)
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    self._read(item.context_expr, environment)
                    if item.optional_vars is not None:
                        self._store(item.optional_vars, statement, None, environment)
                self._block(statement.body, environment)
            case ast.Try() | ast.TryStar():
                self._try(statement, environment)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._read_all(statement.decorator_list, environment)
                self._read_signature(statement.args, environment)
                self._define(statement.name, statement, None, environment)
                self._later.append(statement)
            case ast.ClassDef():
                self._read_all([*statement.decorator_list, *statement.bases], environment)
                self._block(statement.body, dict(environment))
                self._define(statement.name, statement, None, environment)
            case ast.Import() | ast.ImportFrom():
                for alias in statement.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self._define(name, statement, None, environment)
            case ast.Match():
                self._match(statement, environment)
            case _:
                self._read_all(list(ast.iter_child_nodes(statement)), environment)

    def _joined(self, branches: Iterable[Sequence[ast.stmt]], environment: _Environment) -> None:
        ends = []
        for body in branches:
            inside = dict(environment)
            self._block(body, inside)
            ends.append(inside)
        environment.update(_union(ends))

    def _loop(
        self, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt], environment: _Environment
    ) -> None:
        # A second turn sees what the first one defined.
        for _ in range(2):
            inside = dict(environment)
            self._block(body, inside)
            environment.update(_union([environment, inside]))
        self._block(orelse, environment)

    def _try(self, statement: ast.Try | ast.TryStar, environment: _Environment) -> None:
        ends = [dict(environment)]
        for one in statement.body:
            self._statement(one, environment)
            ends.append(dict(environment))
        broken = _union(ends)
        self._block(statement.orelse, environment)
        ends = [dict(environment)]
        for handler in statement.handlers:
            inside = dict(broken)
            if handler.type is not None:
                self._read(handler.type, inside)
            if handler.name:
                self._define(handler.name, handler, None, inside)
            self._block(handler.body, inside)
            ends.append(inside)
        environment.update(_union(ends))
        self._block(statement.finalbody, environment)

    def _match(self, statement: ast.Match, environment: _Environment) -> None:
        self._read(statement.subject, environment)
        before = dict(environment)
        for one in ast.walk(statement):
            name = one.rest if isinstance(one, ast.MatchMapping) else None
            if isinstance(one, ast.MatchAs | ast.MatchStar):
                name = one.name
            if name:
                self._define(name, one, None, environment)
        self._joined([case.body for case in statement.cases] + [[]], environment)
        environment.update(_union([before, environment]))

    def _store(
        self,
        target: ast.expr,
        statement: ast.AST,
        value: ast.expr | None,
        environment: _Environment,
    ) -> None:
        if isinstance(target, ast.Name):
            self._define(target.id, statement, value, environment)
        elif isinstance(target, ast.Tuple | ast.List):
            for one in target.elts:
                self._store(one, statement, None, environment)
        elif isinstance(target, ast.Starred):
            self._store(target.value, statement, None, environment)
        else:
            self._read(target, environment)

    def _read_all(self, nodes: Iterable[ast.AST], environment: _Environment) -> None:
        for node in nodes:
            self._read(node, environment)

    def _read(self, node: ast.AST, environment: _Environment) -> None:
        if isinstance(node, ast.Name):
            self._use(node, environment)
        elif isinstance(node, ast.NamedExpr):
            self._read(node.value, environment)
            self._define(node.target.id, node, node.value, environment)
        elif isinstance(node, ast.Lambda):
            self._read_signature(node.args, environment)
            self._later.append(node)
        elif isinstance(node, _COMPREHENSIONS):
            self._comprehension(node, environment)
        else:
            self._read_all(ast.iter_child_nodes(node), environment)

    def _comprehension(self, node: ast.AST, environment: _Environment) -> None:
        inside = dict(environment)
        generators: list[ast.comprehension] = node.generators  # type: ignore[attr-defined]
        for one in generators:
            self._read(one.iter, inside)
            self._store(one.target, one, None, inside)
            self._read_all(one.ifs, inside)
        parts = [getattr(node, name, None) for name in ("elt", "key", "value")]
        self._read_all([part for part in parts if part is not None], inside)

    def _read_signature(self, arguments: ast.arguments, environment: _Environment) -> None:
        defaults = [*arguments.defaults, *arguments.kw_defaults]
        self._read_all([one for one in defaults if one is not None], environment)
        taken = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        self._read_all([one.annotation for one in taken if one.annotation], environment)

    def _function(self, function: _Function | ast.Lambda, inside: _Environment) -> None:
        arguments = function.args
        for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            self._define(one.arg, one, None, inside)
        for other in (arguments.vararg, arguments.kwarg):
            if other is not None:
                self._define(other.arg, other, None, inside)
        if isinstance(function, ast.Lambda):
            self._read(function.body, inside)
        else:
            self._block(function.body, inside)

    def _use(self, name: ast.Name, environment: _Environment) -> None:
        found = environment.get(name.id, frozenset())
        for one in found:
            if name not in one.uses:
                one.uses.append(name)
        self._reaching[name] = self._reaching.get(name, frozenset()) | found


def _union(environments: Sequence[_Environment]) -> _Environment:
    names = {name for one in environments for name in one}
    return {
        name: frozenset().union(*(one.get(name, frozenset()) for one in environments))
        for name in names
    }
