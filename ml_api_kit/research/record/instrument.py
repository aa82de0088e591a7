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
import copy

from ml_api_kit.research.record.expression_parts import (
    Comprehension,
    number_of,
    numbered,
    told_apart,
)
from ml_api_kit.research.record.loops import find_collecting
from ml_api_kit.research.record.row_loops import find_row_loop
from ml_api_kit.research.record.telling import tell, tell_bound
from ml_api_kit.research.record.told_row_loops import told_row_loop
from ml_api_kit.research.record.told_stores import told_assign, told_augmented, told_delete

# These look at the frame they are called from in ways that only a plain call allows.
_FRAME_BOUND = {"super", "locals", "globals", "vars", "dir", "exec", "eval", "input", "get_ipython"}


class Instrumenter(ast.NodeTransformer):
    """Rewrites trees, and keeps for each number the expression as it was.

    Attributes:
        expressions: the expressions by number; their children carry their own numbers in the
            attribute `number`.
        row_functions: the names of the functions of a row that were made of loops.
    """

    def __init__(self) -> None:
        """Begin with no expressions."""
        self.expressions: dict[int, ast.AST] = {}
        self.row_functions: set[str] = set()

    def instrument(self, tree: ast.Module) -> ast.Module:
        """The tree as a new one that tells the tracer what it does."""
        for node in numbered(tree):
            node.number = len(self.expressions)  # type: ignore[attr-defined]
            self.expressions[node.number] = node  # type: ignore[attr-defined]
        copied = copy.deepcopy(tree)
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

    def _comprehension(self, node: Comprehension) -> ast.expr:
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
        node.slice = self.key(node.slice)
        node.value = self.visit(node.value)
        if not isinstance(node.ctx, ast.Load):
            return node
        return self._tell("seen", node, node)

    def key(self, key: ast.expr) -> ast.expr:
        """What is between brackets, told; a slice as the object that it makes."""
        if isinstance(key, ast.Slice):
            bounds = [
                ast.Constant(None) if bound is None else self.visit(bound)
                for bound in (key.lower, key.upper, key.step)
            ]
            return tell("slice", ast.Constant(number_of(key)), *bounds, at=key)
        if isinstance(key, ast.Tuple):
            inner = ast.Tuple([self.key(one) for one in key.elts], ast.Load())
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
        return tell("name", ast.Constant(number_of(node)), ast.Constant(node.id), node, at=node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        """`(x := value)` with its value told."""
        node.value = self.visit(node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        """The assignment, with what it stores into told, and the names it binds."""
        return told_assign(self, node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        """The assignment and the name it binds."""
        if node.value is None:
            return [node]
        node.value = self.visit(node.value)
        return [node, *tell_bound([node.target], node)]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        """`df["x"] += 1` told as a store of what the operator gives."""
        return told_augmented(self, node)

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        """`del df["x"]` told."""
        return told_delete(self, node)

    def visit_For(self, node: ast.For) -> list[ast.stmt]:
        """The loop, which tells in each turn the names it binds, and then what it collected."""
        collecting = find_collecting(node)
        row_loop = find_row_loop(node) if collecting is None else None
        if row_loop is not None:
            return told_row_loop(self, node, row_loop)
        told: list[ast.stmt] = []
        if collecting is not None:
            number = len(self.expressions)
            self.expressions[number] = copy.deepcopy(node)
            call = tell(
                "collected",
                ast.Constant(number),
                ast.Constant(collecting.name),
                ast.Name(collecting.name, ast.Load()),
                ast.Constant(number_of(collecting.column)),
                self.visit(copy.deepcopy(collecting.column)),
                at=node,
            )
            told.append(ast.copy_location(ast.Expr(call), node))
        node.iter = self.visit(node.iter)
        node.body = [*tell_bound([node.target], node, iterated=node.iter), *self._all(node.body)]
        node.orelse = self._all(node.orelse)
        return [node, *told]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> list[ast.stmt]:
        """The function, which tells when it is entered and left."""
        if _is_generator(node):
            return [node, *tell_bound([ast.Name(node.name)], node)]
        names = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        names += [one for one in (node.args.vararg, node.args.kwarg) if one]
        given = ast.Dict(
            [ast.Constant(one.arg) for one in names],
            [ast.Name(one.arg, ast.Load()) for one in names],
        )
        enter = ast.Expr(tell("enter", ast.Constant(node.name), given, at=node))
        leave = ast.Expr(tell("leave", at=node))
        docstring = node.body[:1] if ast.get_docstring(node) is not None else []
        inner = self._all(node.body[len(docstring) :]) or [ast.Pass()]
        guarded = ast.Try(body=inner, handlers=[], orelse=[], finalbody=[leave])
        node.body = [*docstring, enter, guarded]
        return [node, *tell_bound([ast.Name(node.name)], node)]

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        """Left as it is."""
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> list[ast.stmt]:
        """Left as it is."""
        return [node, *tell_bound([ast.Name(node.name)], node)]

    def visit_Import(self, node: ast.Import) -> ast.Import:
        """Left as it is."""
        return node

    def _all(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for statement in body:
            done = self.visit(statement)
            made.extend(done if isinstance(done, list) else [done])
        return made

    def _tell(self, what: str, node: ast.AST, told: ast.expr) -> ast.expr:
        return tell(what, ast.Constant(number_of(node)), told, at=node)


def _is_generator(node: ast.FunctionDef) -> bool:
    return any(isinstance(inner, ast.Yield | ast.YieldFrom | ast.Await) for inner in ast.walk(node))
