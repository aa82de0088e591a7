"""Loops that go through a table row by row, as functions of a row.

    for i in range(len(df)):
        if df.at[i, "rent"] > 900:
            df.at[i, "band"] = 2
        else:
            df.at[i, "band"] = 1

gives `band` the value that a function of the row gives, which reads `row["rent"]` and returns 2
or 1. So does a loop over `df.iterrows()`, over columns, or one that appends to a list in each turn.
Whether the function gives in truth what the loop gave is found out when both have run.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass

from ml_api_kit.research.record.row_turns import Turn, find_turn
from ml_api_kit.research.record.tail_returns import returning
from ml_api_kit.research.record.watches import MUTATORS

_LEAVES = (
    ast.Break,
    ast.Return,
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
    ast.Delete,
    ast.Global,
    ast.Nonlocal,
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.ClassDef,
    ast.Continue,
)
_SHOWS = frozenset({"print", "display"})


@dataclass(frozen=True, slots=True)
class RowResult:
    """What a loop gives for each row.

    Attributes:
        name: the column that it stores, or the list that it appends to.
        function: the definition of the function of a row.
        columns: the columns that the function reads, sorted.
    """

    name: str
    function: ast.FunctionDef
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowLoop:
    """A loop over the rows of a frame.

    Attributes:
        frame: the frame's variable.
        stored: the columns that it fills.
        collected: the lists that it appends to.
    """

    frame: str
    stored: tuple[RowResult, ...]
    collected: tuple[RowResult, ...]


def find_row_loop(loop: ast.For) -> RowLoop | None:
    """What a loop gives for each row; None where it does something else."""
    turn = find_turn(loop)
    if turn is None or loop.orelse or _any(loop.body, *_LEAVES):
        return None
    columns = turn.stored_columns(loop.body)
    lists = _lists(loop.body)
    if not (columns or lists) or turn.frame in lists:
        return None
    taken = {one.id for one in ast.walk(loop) if isinstance(one, ast.Name)}
    variables = {name: _variable(name, taken) for name in (*columns, *lists)}
    body = turn.of_a_row(_Appends(variables, lists).visit_all(loop.body), variables)
    body = [one for one in body if not _is_shown(one)]
    if not body or turn.is_left_in(body) or _changes_more(body):
        return None
    results = {name: _result(name, body, variables, set(columns)) for name in variables}
    if not all(one.columns for one in results.values()):
        return None
    return RowLoop(
        turn.frame,
        tuple(results[name] for name in columns),
        tuple(results[name] for name in lists),
    )


def _result(
    name: str, body: list[ast.stmt], variables: dict[str, str], stored: set[str]
) -> RowResult:
    """The function that returns what one turn gives `name`."""
    made = returning(copy.deepcopy(body), variables[name])
    before = [
        ast.Assign([ast.Name(variable, ast.Store())], Turn.cell(column))
        for column, variable in variables.items()
        if column in stored and _is_read(made, variable)
    ]
    docstring = ast.Expr(ast.Constant(f"The value of `{name}` for a row."))
    arguments = ast.arguments([], [ast.arg("row")], None, [], [], None, [])
    function = ast.FunctionDef(
        f"{_identifier(name)}_of_row", arguments, [docstring, *before, *made], [], None
    )
    columns = {
        one.slice.value
        for one in ast.walk(function)
        if isinstance(one, ast.Subscript)
        and isinstance(one.value, ast.Name)
        and one.value.id == "row"
        and isinstance(one.slice, ast.Constant)
    }
    return RowResult(name, function, tuple(sorted(map(str, columns))))


def _is_read(body: list[ast.stmt], variable: str) -> bool:
    """Whether a variable is read that no line of the turn has given a value for sure."""
    reads = any(
        isinstance(one, ast.Name) and one.id == variable and isinstance(one.ctx, ast.Load)
        for line in body
        for one in ast.walk(line)
    )
    changes = any(
        isinstance(one, ast.AugAssign)
        and isinstance(one.target, ast.Name)
        and one.target.id == variable
        for line in body
        for one in ast.walk(line)
    )
    return changes or (reads and not _is_surely_given(body, variable))


def _is_surely_given(body: list[ast.stmt], variable: str) -> bool:
    for line in body:
        if isinstance(line, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == variable for one in line.targets
        ):
            return True
        if isinstance(line, ast.If) and line.orelse:
            branches = (line.body, line.orelse)
            if all(_is_surely_given(branch, variable) for branch in branches):
                return True
    return False


def _lists(body: list[ast.stmt]) -> list[str]:
    """The lists that are appended to, in the order in which they first are."""
    found = [_appended(one) for line in body for one in ast.walk(line)]
    return list(dict.fromkeys(one[0] for one in found if one is not None))


def _appended(node: ast.AST) -> tuple[str, ast.expr] | None:
    """The list and what is appended to it; None for anything else."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    owner = call.func.value
    if call.func.attr != "append" or len(call.args) != 1 or not isinstance(owner, ast.Name):
        return None
    return owner.id, call.args[0]


class _Appends(ast.NodeTransformer):
    """`found.append(x)` as an assignment to the variable of the list."""

    def __init__(self, variables: dict[str, str], lists: list[str]) -> None:
        self._variables, self._lists = variables, lists

    def visit_all(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return [self.visit(copy.deepcopy(one)) for one in body]

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        appended = _appended(node)
        if appended is None:
            return node
        target = ast.Name(self._variables[appended[0]], ast.Store())
        return ast.copy_location(ast.Assign([target], appended[1]), node)


def _changes_more(body: list[ast.stmt]) -> bool:
    """Whether a turn changes anything but its own variables."""
    own = {
        one.id
        for line in body
        for one in ast.walk(line)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    for line in body:
        for one in ast.walk(line):
            stores = isinstance(getattr(one, "ctx", None), ast.Store)
            if isinstance(one, ast.Subscript | ast.Attribute) and stores and _root(one) not in own:
                return True
            if (
                isinstance(one, ast.Call)
                and isinstance(one.func, ast.Attribute)
                and one.func.attr in MUTATORS
                and _root(one.func) not in own
            ):
                return True
    return False


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _is_shown(line: ast.stmt) -> bool:
    """Whether a line does nothing but show something."""
    call = line.value if isinstance(line, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _SHOWS


def _any(body: list[ast.stmt], *kinds: type[ast.AST]) -> bool:
    return any(isinstance(one, kinds) for line in body for one in ast.walk(line))


def _variable(name: str, taken: set[str]) -> str:
    """A variable for what one turn gives `name`, which the loop has not got."""
    wanted = _identifier(name)
    return wanted if wanted not in taken else f"{wanted}_value"


def _identifier(name: str) -> str:
    text = "".join(one if one.isalnum() else "_" for one in name.lower()).strip("_")
    return text if text.isidentifier() else f"column_{text}"
