"""Code instrumented: the same statements, in which every expression tells its value to the tracer.

    X = df.drop("price", axis=1)

becomes, with numbers for the expressions,

    X = T.after(4, T.before(4, T.seen(3, T.seen(2, df).drop))("price", axis=1))
    T.bound("X", X)

The call itself is still made by the code's own frame, so that what looks at its caller's variables
(`DataFrame.query`, formulas) finds them. Bodies of lambdas, comprehensions and classes are left as
they are, but for what a comprehension goes through: they run once per element, and their result is
seen as one value.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeVar

from ml_api_kit.research.record.loops import find_collecting

TRACER = "__mlapi_tracer__"

# These look at the frame they are called from in ways that only a plain call allows.
_FRAME_BOUND = {"super", "locals", "globals", "vars", "dir", "exec", "eval", "input", "get_ipython"}

_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_Node = TypeVar("_Node", bound=ast.AST)


class Instrumenter(ast.NodeTransformer):
    """Rewrites trees, and keeps for each number the expression as it was.

    Attributes:
        expressions: the expressions by number; their children carry their own numbers in the
            attribute `number`.
    """

    def __init__(self) -> None:
        """Begin with no expressions."""
        self.expressions: dict[int, ast.AST] = {}

    def instrument(self, tree: ast.Module) -> ast.Module:
        """The tree as a new one that tells the tracer what it does."""
        for node in _numbered(tree):
            node.number = len(self.expressions)  # type: ignore[attr-defined]
            self.expressions[node.number] = node  # type: ignore[attr-defined]
        copied = _copy(tree)
        made: ast.Module = self.visit(copied)
        return ast.fix_missing_locations(made)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """`f(x)` as `T.after(n, T.before(n, f)(x))`."""
        if isinstance(node.func, ast.Name) and node.func.id in _FRAME_BOUND:
            return node
        called = ast.Call(
            func=self._tell("before", node, self.visit(node.func)),
            args=[self.visit(argument) for argument in node.args],
            keywords=[
                ast.keyword(keyword.arg, self.visit(keyword.value)) for keyword in node.keywords
            ],
        )
        return self._tell("after", node, ast.copy_location(called, node))

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        """The function as a value; its body as it was."""
        return self._tell("seen", node, node)

    def _whole(self, node: ast.expr) -> ast.expr:
        return self._tell("seen", node, node)

    def _comprehension(self, node: _Comprehension) -> ast.expr:
        """A comprehension with what it goes through told, which is evaluated outside of it."""
        first = told_apart(node)
        if first is not None:
            node.generators[0].iter = self.visit(first)
        return self._tell("seen", node, node)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension
    visit_JoinedStr = _whole

    def _inner(self, node: ast.expr) -> ast.expr:
        """An expression whose children are told too."""
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return self.generic_visit(node)  # type: ignore[return-value]
        return self._tell("seen", node, self.generic_visit(node))  # type: ignore[arg-type]

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """`x[a:b]` with its bounds told; a slice becomes an object, which means the same."""
        node.slice = self._key(node.slice)
        node.value = self.visit(node.value)
        if not isinstance(node.ctx, ast.Load):
            return node
        return self._tell("seen", node, node)

    def _key(self, key: ast.expr) -> ast.expr:
        if isinstance(key, ast.Slice):
            bounds = [
                ast.Constant(None) if bound is None else self.visit(bound)
                for bound in (key.lower, key.upper, key.step)
            ]
            return _call("slice", ast.Constant(_number(key)), *bounds, at=key)
        if isinstance(key, ast.Tuple):
            inner = ast.Tuple([self._key(one) for one in key.elts], ast.Load())
            return self._tell("seen", key, ast.copy_location(inner, key))
        return self.visit(key)  # type: ignore[no-any-return]

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        """The case with its body told; its pattern as it was."""
        node.body = self._all(node.body)
        return node

    visit_Attribute = visit_BinOp = visit_UnaryOp = visit_Compare = _inner
    visit_BoolOp = visit_IfExp = visit_List = visit_Tuple = visit_Dict = visit_Set = _inner

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A name that is read as `T.name(n, "x", x)`."""
        if not isinstance(node.ctx, ast.Load):
            return node
        return _call("name", ast.Constant(_number(node)), ast.Constant(node.id), node, at=node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        """`(x := value)` with its value told."""
        node.value = self.visit(node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        """The assignment, with what it stores into told, and the names it binds."""
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Subscript | ast.Attribute):
            return [self._store(node.targets[0], self.visit(node.value), node)]
        node.value = self.visit(node.value)
        if any(_is_place(one) for target in node.targets for one in _parts(target)):
            return self._stored_apart(node)
        node.targets = [self.visit(target) for target in node.targets]
        return [node, *_bound(node.targets, node)]

    def _stored_apart(self, node: ast.Assign) -> list[ast.stmt]:
        """`df["a"], b = f(x)` with its parts in variables first, from which they are stored."""
        stores: list[ast.stmt] = []
        statements: list[ast.stmt] = []
        value = node.value
        if len(node.targets) > 1:
            whole = ast.Name("assigned_value", ast.Store())
            statements += [ast.copy_location(ast.Assign([whole], value), node)]
            statements += _bound([whole], node)
            value = ast.Name(whole.id, ast.Load())
        for target in node.targets:
            if _is_place(target):
                stores.append(self._stored_from(whole.id, target, node))
                continue
            for place, one in enumerate(_parts(target)):
                if _is_place(one) and isinstance(target, ast.Tuple | ast.List):
                    part = ast.Name(f"assigned_part_{place}", ast.Store())
                    target.elts[place] = ast.copy_location(part, one)
                    stores.append(self._stored_from(part.id, one, node))
            statements.append(ast.copy_location(ast.Assign([target], value), node))
            statements += _bound([target], node)
        return [*statements, *stores]

    def _stored_from(self, name: str, target: ast.expr, at: ast.stmt) -> ast.stmt:
        """`target = name` for a variable of our own."""
        node = ast.copy_location(ast.Name(name, ast.Load()), at)
        node.number = len(self.expressions)  # type: ignore[attr-defined]
        self.expressions[_number(node)] = node
        return self._store(target, self.visit_Name(node), at, number=_number(node))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        """The assignment and the name it binds."""
        if node.value is None:
            return [node]
        node.value = self.visit(node.value)
        return [node, *_bound([node.target], node)]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        """`df["x"] += 1` told as a store of what the operator gives."""
        value = self.visit(node.value)
        operator = ast.Constant(type(node.op).__name__)
        if isinstance(node.target, ast.Name):
            node.value = value
            name = node.target.id
            before = ast.Expr(
                _call(
                    "augmenting",
                    ast.Constant(_number(node)),
                    ast.Constant(name),
                    ast.Name(name, ast.Load()),
                    operator,
                    at=node,
                )
            )
            return [before, node, *_bound([node.target], node)]
        return [self._store(node.target, value, node, operator)]

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        """`del df["x"]` told."""
        statements: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                statements.append(
                    ast.copy_location(
                        ast.Expr(
                            _call(
                                "delete",
                                ast.Constant(_number(target)),
                                self.visit(target.value),
                                self._key(target.slice),
                                at=node,
                            )
                        ),
                        node,
                    )
                )
            else:
                statements.append(ast.copy_location(ast.Delete([target]), node))
        return statements

    def visit_For(self, node: ast.For) -> list[ast.stmt]:
        """The loop, which tells in each turn the names it binds, and then what it collected."""
        collecting = find_collecting(node)
        told: list[ast.stmt] = []
        if collecting is not None:
            number = len(self.expressions)
            self.expressions[number] = _copy(node)
            call = _call(
                "collected",
                ast.Constant(number),
                ast.Constant(collecting.name),
                ast.Name(collecting.name, ast.Load()),
                ast.Constant(_number(collecting.column)),
                self.visit(_copy(collecting.column)),
                at=node,
            )
            told.append(ast.copy_location(ast.Expr(call), node))
        node.iter = self.visit(node.iter)
        node.body = [*_bound([node.target], node, iterated=node.iter), *self._all(node.body)]
        node.orelse = self._all(node.orelse)
        return [node, *told]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> list[ast.stmt]:
        """The function, which tells when it is entered and left."""
        if _is_generator(node):
            return [node, *_bound([ast.Name(node.name)], node)]
        names = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        names += [one for one in (node.args.vararg, node.args.kwarg) if one]
        given = ast.Dict(
            [ast.Constant(one.arg) for one in names],
            [ast.Name(one.arg, ast.Load()) for one in names],
        )
        enter = ast.Expr(_call("enter", ast.Constant(node.name), given, at=node))
        leave = ast.Expr(_call("leave", at=node))
        docstring = node.body[:1] if ast.get_docstring(node) is not None else []
        inner = self._all(node.body[len(docstring) :]) or [ast.Pass()]
        guarded = ast.Try(body=inner, handlers=[], orelse=[], finalbody=[leave])
        node.body = [*docstring, enter, guarded]
        return [node, *_bound([ast.Name(node.name)], node)]

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        """Left as it is."""
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> list[ast.stmt]:
        """Left as it is."""
        return [node, *_bound([ast.Name(node.name)], node)]

    def visit_Import(self, node: ast.Import) -> ast.Import:
        """Left as it is."""
        return node

    def _store(
        self,
        target: ast.expr,
        value: ast.expr,
        node: ast.stmt,
        operator: ast.expr | None = None,
        *,
        number: int | None = None,
    ) -> ast.stmt:
        """The store of a value, whose expression has the number given, or is the statement's."""
        given = _number(getattr(node, "value")) if number is None else number  # noqa: B009
        extra = [ast.Constant(given), *([operator] if operator is not None else [])]
        place = ast.Constant(_number(target))
        if isinstance(target, ast.Subscript):
            call = _call(
                "store",
                place,
                value,
                self.visit(target.value),
                self._key(target.slice),
                *extra,
                at=node,
            )
        elif isinstance(target, ast.Attribute):
            call = _call(
                "store_attribute",
                place,
                value,
                self.visit(target.value),
                ast.Constant(target.attr),
                *extra,
                at=node,
            )
        else:
            raise TypeError(type(target))
        return ast.copy_location(ast.Expr(call), node)

    def _all(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for statement in body:
            done = self.visit(statement)
            made.extend(done if isinstance(done, list) else [done])
        return made

    def _tell(self, what: str, node: ast.AST, told: ast.expr) -> ast.expr:
        return _call(what, ast.Constant(_number(node)), told, at=node)


def children(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The expressions that an expression is made of, each with its part in it, in order."""
    first = told_apart(node)
    if first is not None:
        yield "generators", first
    for field, value in ast.iter_fields(node):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.keyword):
                yield one.arg or "**", one.value
            elif isinstance(one, ast.Slice):
                yield from ((field, bound) for _, bound in children(one))
            elif isinstance(one, ast.expr):
                yield field, one


def _is_place(target: ast.expr) -> bool:
    """Whether an assignment stores into an object."""
    return isinstance(target, ast.Subscript | ast.Attribute)


def _parts(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def _numbered(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.AugAssign):
            yield node


def told_apart(node: ast.AST) -> ast.expr | None:
    """What a comprehension goes through, where that is computed; None for anything else."""
    first = node.generators[0].iter if isinstance(node, _Comprehension) else None
    return first if isinstance(first, ast.Call | ast.Subscript) else None


def _copy(node: _Node) -> _Node:
    import copy

    return copy.deepcopy(node)


def _number(node: ast.AST) -> int:
    return node.number  # type: ignore[attr-defined,no-any-return]


def _call(method: str, *arguments: ast.expr, at: ast.AST) -> ast.Call:
    tracer = ast.Attribute(ast.Name(TRACER, ast.Load()), method, ast.Load())
    return ast.copy_location(ast.Call(tracer, list(arguments), []), at)


def _bound(
    targets: list[ast.expr], at: ast.stmt, *, iterated: ast.AST | None = None
) -> list[ast.stmt]:
    names = [
        node.id
        for target in targets
        for node in ast.walk(target)
        if isinstance(node, ast.Name)
        and isinstance(getattr(node, "ctx", ast.Store()), ast.Store | ast.Load)
    ]
    method = "bound" if iterated is None else "iterated"
    return [
        ast.copy_location(
            ast.Expr(_call(method, ast.Constant(name), ast.Name(name, ast.Load()), at=at)), at
        )
        for name in dict.fromkeys(names)
        if name != TRACER
    ]


def _is_generator(node: ast.FunctionDef) -> bool:
    return any(isinstance(inner, ast.Yield | ast.YieldFrom | ast.Await) for inner in ast.walk(node))
