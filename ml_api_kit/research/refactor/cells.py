"""Frame expressions that compute each value from itself, as an expression of one value.

    (df[["a", "b"]] - 3).fillna(0)     filled((row[name] - 3), 0), of the columns of df[["a", "b"]]

What is computed of is the base; what is computed is told by the rules of columns, as if the value
were one of a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.scope import (
    VALUE_METHODS,
    Kind,
    LeftAloneError,
    arguments,
    code_of,
    is_along_rows,
    subscript_key,
)
from ml_api_kit.research.refactor.substitution import put_in_place

if TYPE_CHECKING:
    from ml_api_kit.research.refactor.frames import FrameTranslator

#: Stands for one value where the rules of columns look for a column.
CELL = "a_value_of_the_frame"

_NUMPY = m.Attribute(value=m.Name("np"))
_PANDAS = m.Attribute(value=m.Name("pd"))


@dataclass(frozen=True, slots=True)
class Cells:
    """A frame computed value by value.

    Attributes:
        base: the frame that it is computed of.
        name: the variable that stands for a column's name.
        value: the source of one value, of `row` and the name.
    """

    base: cst.BaseExpression
    name: str
    value: str

    def rows(self, of: FrameTranslator) -> str:
        """The source of all rows."""
        key = selected_columns(self.base)
        if key is not None and isinstance(self.base, cst.Subscript):
            over, table = code_of(key), self.base.value
        else:
            over, table = "row", self.base
        made = f"{{{self.name}: {self.value} for {self.name} in {over}}}"
        return f"[{made} for row in {of.expression(table)}]"


def selected_columns(node: cst.BaseExpression) -> cst.List | None:
    """The columns that an expression chooses by a list."""
    key = subscript_key(node) if isinstance(node, cst.Subscript) else None
    return key if isinstance(key, cst.List) else None


def cells_of(node: cst.BaseExpression, of: FrameTranslator) -> Cells | None:
    """The expression value by value; None where it does anything else to the whole of a frame.

    Raises LeftAloneError: when it computes with values of other frames or columns.
    """
    opener = _Opener(of)
    opened = opener.open(node)
    if isinstance(opened, cst.Name) or not opener.bases:
        return None
    if len({code_of(one) for one in opener.bases}) != 1:
        raise LeftAloneError(f"`{code_of(node)}` computes with several tables at once")
    is_taken = bool(m.findall(node, m.Name("name")))
    name = "column" if is_taken else "name"
    return Cells(opener.bases[0], name, value_of(opened, of, f"row[{name}]"))


def value_of(
    node: cst.BaseExpression,
    of: FrameTranslator,
    value: str,
    tables: frozenset[str] = frozenset(),
) -> str:
    """The source of an expression of `CELL`, which is written as `value`.

    Raises LeftAloneError: when a part of it has no rule, or reads another table.
    """
    column = ColumnTranslator(of.scope.within({CELL: Kind.COLUMN}, tables), of.rules)
    column.lists = {CELL: value}
    made = column.value(node)
    if column.frames or set(column.lists) != {CELL}:
        raise LeftAloneError("it computes with values of other tables")
    return made


class _Opener:
    """Finds the base under what is computed value by value."""

    def __init__(self, of: FrameTranslator) -> None:
        self._scope = of.scope
        self.bases: list[cst.BaseExpression] = []

    def open(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The expression with `CELL` in place of its base."""
        kind = self._scope.kind(node)
        if kind in (Kind.COLUMN, Kind.ARRAY):
            raise LeftAloneError(f"`{code_of(node)}` stands beside a frame")
        if kind is Kind.OTHER:
            return node
        if isinstance(node, cst.BinaryOperation):
            return node.with_changes(left=self.open(node.left), right=self.open(node.right))
        if isinstance(node, cst.UnaryOperation):
            return node.with_changes(expression=self.open(node.expression))
        if isinstance(node, cst.Comparison):
            targets = [
                one.with_changes(comparator=self.open(one.comparator)) for one in node.comparisons
            ]
            return node.with_changes(left=self.open(node.left), comparisons=targets)
        made = self._call(node) if isinstance(node, cst.Call) else None
        return made if made is not None else self._base(node)

    def _base(self, node: cst.BaseExpression) -> cst.BaseExpression:
        self.bases.append(node)
        return cst.Name(CELL)

    def _call(self, node: cst.Call) -> cst.BaseExpression | None:
        from ml_api_kit.research.refactor.rules.numbers import ELEMENTWISE

        function = node.func
        if not isinstance(function, cst.Attribute) or m.matches(function, _PANDAS):
            return None
        name = function.attr.value
        if m.matches(function, _NUMPY):
            return self._with_arguments(node) if name in ELEMENTWISE | {"where"} else None
        if name in ("apply", "applymap"):
            return self._applied(node, function)
        placed, named = arguments(node)
        by_column = any(isinstance(one, cst.Dict) for one in [*placed, *named.values()])
        if name not in VALUE_METHODS or by_column or "axis" in named or "inplace" in named:
            return None
        changed = function.with_changes(value=self.open(function.value))
        return self._with_arguments(node.with_changes(func=changed))

    def _applied(self, node: cst.Call, function: cst.Attribute) -> cst.BaseExpression | None:
        """`frame.apply(f)`, where f gives a value for each value of the column that it is given."""
        from ml_api_kit.research.refactor.rules.numbers import ELEMENTWISE

        placed, named = arguments(node)
        if is_along_rows(node) or len(placed) != 1:
            return None
        given, receiver = placed[0], function.value
        if function.attr.value == "applymap":
            renamed = function.with_changes(value=self.open(receiver), attr=cst.Name("map"))
            return None if named else node.with_changes(func=renamed)
        if isinstance(given, cst.Lambda) and len(given.params.params) == 1 and not named:
            parameter = given.params.params[0].name.value
            return put_in_place(given.body, {parameter: self.open(receiver)})
        is_known = m.matches(given, _NUMPY) and code_of(given)[3:] in ELEMENTWISE
        if is_known or m.matches(given, _PANDAS):
            called = [arg for arg in node.args if arg.value is not given]
            return cst.Call(given, [cst.Arg(self.open(receiver)), *called])
        return None

    def _with_arguments(self, node: cst.Call) -> cst.Call:
        given = [
            one
            if isinstance(one.value, cst.Lambda)
            else one.with_changes(value=self.open(one.value))
            for one in node.args
        ]
        return node.with_changes(args=given)
