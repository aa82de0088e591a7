"""Masks of pandas as conditions of SQL: `(df["a"] > 3) & df["b"].isin([1, 2])`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.values import value_type
from ml_api_kit.research.refactor.push_down.select import Select
from ml_api_kit.research.refactor.scope import LeftAloneError

_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "=",
    ast.NotEq: "!=",
}
_TIMES = re.compile(r"^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$")
_MISSING = {"isna", "isnull"}
_PRESENT = {"notna", "notnull"}


@dataclass(slots=True)
class MaskTranslator:
    """Translates a mask over a query's rows.

    Attributes:
        code: the module.
        query: the query whose rows are filtered.
        column_of: the column that an expression is; None where it is none.
        params: what the condition's parameters stand for, as code.
        taken: the names of parameters that are taken.
    """

    code: Code
    query: Select
    column_of: Callable[[ast.expr], str | None]
    params: dict[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    def condition(self, mask: ast.expr) -> str:
        """The condition that holds for the rows that the mask lets through.

        Missing values are what differs: a comparison with NULL holds nowhere, and one with NaN only
        as unequal.

        Raises LeftAloneError: when it would let other rows through, or that cannot be told.
        """
        match mask:
            case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
                return f"{self._inner(left)} AND {self._inner(right)}"
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return f"{self._inner(left)} OR {self._inner(right)}"
            case ast.UnaryOp(op=ast.Invert(), operand=ast.Call() as call):
                return self._method(call, is_negated=True)
            case ast.Call():
                return self._method(mask, is_negated=False)
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return self._comparison(left, _SIGNS.get(type(sign)), right)
        raise self._unknown(mask)

    def _inner(self, mask: ast.expr) -> str:
        made = self.condition(mask)
        return f"({made})" if re.search(r" (AND|OR) ", made) and not made.startswith("(") else made

    def _unknown(self, mask: ast.expr) -> LeftAloneError:
        return LeftAloneError(f"`{self.code.text(mask)}` has no condition that surely is the same")

    def _comparison(self, left: ast.expr, sign: str | None, right: ast.expr) -> str:
        column = self.column_of(left)
        if column is None or sign is None:
            raise self._unknown(left)
        made, value = self.query.expression(column), self._value(column, right)
        if sign == "!=" and self.query.type_of(column) not in ("INT64", "BOOL"):
            # Unequal to a missing value is true in pandas, but for its own whole numbers.
            return f"({made} IS NULL OR {made} != {value})"
        return f"{made} {sign} {value}"

    def _method(self, call: ast.Call, *, is_negated: bool) -> str:
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        column = self.column_of(owner) if owner is not None else None
        if column is None or not isinstance(call.func, ast.Attribute):
            raise self._unknown(call)
        name, made = call.func.attr, self.query.expression(column)
        if name in _MISSING | _PRESENT and not call.args and not call.keywords:
            is_missing = (name in _MISSING) is not is_negated
            return missing(self.query, column) if is_missing else present(self.query, column)
        if name == "isin" and len(call.args) == 1 and not call.keywords:
            values = ", ".join(self._items(column, call.args[0]))
            if is_negated:
                return f"({made} IS NULL OR {made} NOT IN ({values}))"
            return f"{made} IN ({values})"
        if name == "between" and len(call.args) == 2 and not call.keywords and not is_negated:
            low, high = (self._value(column, one) for one in call.args)
            return f"{made} BETWEEN {low} AND {high}"
        raise self._unknown(call)

    def _items(self, column: str, node: ast.expr) -> list[str]:
        if not isinstance(node, ast.List | ast.Tuple | ast.Set) or not node.elts:
            raise LeftAloneError(f"the values of `{self.code.text(node)}` are not written here")
        return [self._value(column, one) for one in node.elts]

    def _value(self, column: str, node: ast.expr) -> str:
        try:
            value = ast.literal_eval(node)
        except ValueError:
            return self._parameter(column, node)
        if isinstance(value, str):
            self._check_text(column, value)
        return literal(value)

    def _check_text(self, column: str, value: str) -> None:
        type_name = self.query.type_of(column)
        is_time = type_name in ("TIMESTAMP", "DATETIME") and _TIMES.match(value)
        if type_name != "STRING" and not is_time:
            raise LeftAloneError(f"{column!r} is {type_name}, which pandas compares otherwise")

    def _parameter(self, column: str, node: ast.expr) -> str:
        kind = value_type(self.code, node)
        if not isinstance(node, ast.Name) or kind not in (int, float, str):
            raise LeftAloneError(f"the type of `{self.code.text(node)}` cannot be told")
        if kind is str and self.query.type_of(column) != "STRING":
            raise LeftAloneError(f"{column!r} is no text, and is compared with one")
        if kind is float and self.query.type_of(column) not in ("FLOAT64", "INT64"):
            raise LeftAloneError(f"{column!r} is compared with a float in another way by pandas")
        name, count = node.id, 1
        while name in self.taken and self.params.get(name) != node.id:
            count += 1
            name = f"{node.id}_{count}"
        self.params[name] = node.id
        return f"@{name}"


def literal(value: object) -> str:
    r"""A Python value as a literal of SQL.

    >>> literal("it's"), literal(0.5), literal(True)
    ("'it\\'s'", '0.5', 'TRUE')

    Raises LeftAloneError: for what has no literal, or one with another value.
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        # A NUMERIC column is compared with the decimal number that is written, pandas' Decimal with
        # the binary one.
        if Decimal(value) != Decimal(repr(value)):
            raise LeftAloneError(f"{value!r} is not the same number in binary and in decimal")
        return repr(value)
    if isinstance(value, str) and value.isprintable():
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    raise LeftAloneError(f"{value!r} has no literal in SQL")


def missing(query: Select, column: str) -> str:
    """The condition that a column is missing as pandas says it: NULL, and NaN."""
    made = query.expression(column)
    if query.type_of(column) == "FLOAT64":
        return f"({made} IS NULL OR IS_NAN({made}))"
    return f"{made} IS NULL"


def present(query: Select, column: str) -> str:
    """The condition that a column is not missing."""
    made = query.expression(column)
    if query.type_of(column) == "FLOAT64":
        return f"{made} IS NOT NULL AND NOT IS_NAN({made})"
    return f"{made} IS NOT NULL"
