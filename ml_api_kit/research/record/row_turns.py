"""What a loop over the rows of a frame reads and stores in one turn.

df.at[i, "rent"], df["rent"][i], df["rent"].iloc[i], row["rent"]     become row["rent"]
df.at[i, "band"] = 2, df.loc[i, "band"] = 2                          become band = 2
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

_PLACES = ("iloc", "loc", "at", "iat", "values", "array")


@dataclass(frozen=True, slots=True)
class Turn:
    """The variables of a loop that stand for a row.

    Attributes:
        frame: the frame's variable.
        index: the variable of the row's position or label; empty where there is none.
        row: the variable of the row itself; empty where there is none.
        elements: the columns of the variables that hold a value of the row.
    """

    frame: str
    index: str = ""
    row: str = ""
    elements: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def cell(column: str) -> ast.Subscript:
        """`row["column"]`."""
        return ast.Subscript(ast.Name("row", ast.Load()), ast.Constant(column), ast.Load())

    def stored_columns(self, body: list[ast.stmt]) -> list[str]:
        """The columns that a body stores a cell of, in the order in which it first does."""
        found = [
            self.stored(one)
            for line in body
            for one in ast.walk(line)
            if isinstance(getattr(one, "ctx", None), ast.Store)
        ]
        return list(dict.fromkeys(one for one in found if one is not None))

    def of_a_row(self, body: list[ast.stmt], variables: Mapping[str, str]) -> list[ast.stmt]:
        """The body with the row's values read from `row`, and what it stores in variables."""
        reading = _OfARow(self, variables)
        made: list[ast.stmt] = []
        for one in body:
            made.append(reading.visit(one))  # type: ignore[arg-type]
        return made

    def is_left_in(self, body: list[ast.stmt]) -> bool:
        """Whether a body still reads the frame, or the row in a way that is not known."""
        own = {self.frame, self.index, *self.elements} | ({self.row} - {"row"})
        own.discard("")
        names = [one for line in body for one in ast.walk(line) if isinstance(one, ast.Name)]
        cells = [
            one.value
            for line in body
            for one in ast.walk(line)
            if isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Constant)
        ]
        whole = [one for one in names if one.id == "row" and one not in cells]
        return bool(whole) or any(one.id in own for one in names)

    def stored(self, node: ast.AST) -> str | None:
        """The column of `df.at[i, "column"]`; None for anything else."""
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Attribute):
            return None
        is_cell = node.value.attr in ("at", "loc") and _is_name(node.value.value, self.frame)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
        if not is_cell or len(parts) != 2 or not self._is_index(parts[0]):
            return None
        return _text(parts[1])

    def read(self, node: ast.expr) -> str | None:
        """The column whose value in the row an expression reads; None for anything else."""
        if isinstance(node, ast.Name):
            return self.elements.get(node.id)
        if isinstance(node, ast.Attribute):
            return node.attr if self.row and _is_name(node.value, self.row) else None
        if not isinstance(node, ast.Subscript):
            return None
        if self.row and _is_name(node.value, self.row):
            return _text(node.slice)
        if self._is_index(node.slice):
            return self._column(node.value)
        return self.stored(node) or self._read_of_a_row(node)

    def _read_of_a_row(self, node: ast.Subscript) -> str | None:
        """The column of `df.iloc[i]["column"]`."""
        row = node.value
        is_row = (
            isinstance(row, ast.Subscript)
            and self._is_index(row.slice)
            and isinstance(row.value, ast.Attribute)
            and row.value.attr in ("iloc", "loc")
            and _is_name(row.value.value, self.frame)
        )
        return _text(node.slice) if is_row else None

    def _column(self, node: ast.expr) -> str | None:
        """The column of `df["column"]`, `df["column"].iloc` and `df.column`."""
        if isinstance(node, ast.Attribute) and node.attr in _PLACES:
            node = node.value
        return column_of(node, self.frame)

    def _is_index(self, node: ast.expr) -> bool:
        is_own = bool(self.index) and _is_name(node, self.index)
        is_of_row = isinstance(node, ast.Attribute) and node.attr in ("name", "Index")
        return is_own or (is_of_row and bool(self.row) and _is_name(node.value, self.row))  # type: ignore[attr-defined]


class _OfARow(ast.NodeTransformer):
    """Puts `row["column"]` and variables in place of what reads and stores cells."""

    def __init__(self, turn: Turn, variables: Mapping[str, str]) -> None:
        self._turn, self._variables = turn, variables

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            stored = self._turn.stored(node)
            if stored is not None:
                return ast.copy_location(ast.Name(self._variables[stored], ast.Store()), node)
        if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Store()), ast.Load):
            column = self._turn.read(node)
            if column is not None:
                return ast.copy_location(self._read(column, node), node)
        return self.generic_visit(node)

    def _read(self, column: str, node: ast.expr) -> ast.expr:
        """The variable of a column that is stored; else the value of the row."""
        is_of_frame = not isinstance(node, ast.Name) and self._turn.row not in _names(node)
        if column in self._variables and is_of_frame:
            return ast.Name(self._variables[column], ast.Load())
        return Turn.cell(column)


def find_turn(loop: ast.For) -> Turn | None:
    """The variables that stand for a row of a frame; None where a loop goes through none."""
    target, over = loop.target, loop.iter
    if isinstance(target, ast.Name):
        frame = _counted(over)
        if frame is not None:
            return Turn(frame, index=target.id)
        frame = _called(over, "itertuples")
        if frame is not None:
            return Turn(frame, row=target.id)
        return _turn_of_columns([target], [over])
    names = target.elts if isinstance(target, ast.Tuple) else []
    frame = _called(over, "iterrows")
    if frame is not None and len(names) == 2 and all(isinstance(one, ast.Name) for one in names):
        return Turn(frame, index=names[0].id, row=names[1].id)  # type: ignore[attr-defined]
    is_zip = isinstance(over, ast.Call) and _is_name(over.func, "zip") and not over.keywords
    return _turn_of_columns(names, over.args) if is_zip else None  # type: ignore[attr-defined]


def _turn_of_columns(names: list[ast.expr], columns: list[ast.expr]) -> Turn | None:
    """The turn of `for a, b in zip(df["a"], df["b"])`."""
    if len(names) != len(columns) or not names:
        return None
    elements, frame = {}, None
    for name, column in zip(names, columns, strict=True):
        if isinstance(column, ast.Attribute) and column.attr == "values":
            column = column.value
        if not isinstance(column, ast.Subscript) or not isinstance(column.value, ast.Name):
            return None
        text = _text(column.slice)
        if not isinstance(name, ast.Name) or text is None or frame not in (None, column.value.id):
            return None
        frame, elements[name.id] = column.value.id, text
    return None if frame is None else Turn(frame, elements=elements)


def _counted(over: ast.expr) -> str | None:
    """The frame of `range(len(df))`, `range(df.shape[0])` and `df.index`."""
    if isinstance(over, ast.Attribute) and over.attr == "index":
        return over.value.id if isinstance(over.value, ast.Name) else None
    if not isinstance(over, ast.Call) or not _is_name(over.func, "range") or over.keywords:
        return None
    if len(over.args) == 2 and isinstance(over.args[0], ast.Constant) and over.args[0].value == 0:
        count = over.args[1]
    elif len(over.args) == 1:
        count = over.args[0]
    else:
        return None
    if isinstance(count, ast.Subscript) and isinstance(count.value, ast.Attribute):
        is_rows = count.value.attr == "shape" and ast.unparse(count.slice) == "0"
        inner = count.value.value
        return inner.id if is_rows and isinstance(inner, ast.Name) else None
    if not isinstance(count, ast.Call) or not _is_name(count.func, "len") or len(count.args) != 1:
        return None
    counted = count.args[0]
    if isinstance(counted, ast.Subscript):
        counted = counted.value
    return counted.id if isinstance(counted, ast.Name) else None


def _called(over: ast.expr, method: str) -> str | None:
    """The frame of `df.method()`."""
    if not isinstance(over, ast.Call) or not isinstance(over.func, ast.Attribute):
        return None
    owner = over.func.value
    return owner.id if over.func.attr == method and isinstance(owner, ast.Name) else None


def column_of(node: ast.expr, frame: str) -> str | None:
    """The column of `df["column"]` and `df.column`; None for anything else."""
    if isinstance(node, ast.Subscript) and _is_name(node.value, frame):
        return _text(node.slice)
    return node.attr if isinstance(node, ast.Attribute) and _is_name(node.value, frame) else None


def _text(node: ast.expr) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None  # type: ignore[attr-defined]


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
