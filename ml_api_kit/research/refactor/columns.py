"""Column expressions as expressions of one row's values.

    df["a"] * 2 + df["b"].fillna(mean)      row["a"] * 2 + filled(row["b"], mean)

Missing numbers are NaN in rows, so arithmetic and comparisons mean what they mean in pandas; what
would not is done by a verb of `ml_api_kit.preprocessing`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.registry import Rule
from ml_api_kit.research.refactor.scope import (
    Kind,
    LeftAloneError,
    Scope,
    code_of,
    subscript_key,
    text_of,
)

# What a frame has beside its columns.
_NO_COLUMNS = {"columns", "index", "shape", "size", "dtypes", "values", "T", "empty", "loc", "iloc"}
#: What makes values that rows do not hold.
NO_VALUE = m.Attribute(value=m.Name("pd")) | m.Attribute(
    value=m.Name("np"), attr=m.Name("timedelta64") | m.Name("datetime64")
)
_LOGICAL = {cst.BitAnd: "and", cst.BitOr: "or"}


class ColumnTranslator:
    """Translates column expressions, and collects the tables and columns that they read.

    Attributes:
        frames: the frames read, by the name of their variable, in order.
        lists: the column variables read, with the name that stands for one value.
        sources: the source of the rows of a frame that is no variable, by the name that stands for
            it.
    """

    def __init__(self, scope: Scope, rules: Sequence[Rule]) -> None:
        """Begin with nothing read."""
        self.scope = scope
        self.rules = rules
        self.frames: list[str] = []
        self.lists: dict[str, str] = {}
        self.sources: dict[str, str] = {}

    def value(self, node: cst.BaseExpression) -> str:
        """The source of the expression for one row.

        Raises LeftAloneError: when a part of it has no rule.
        """
        is_other = self.scope.kind(node) is Kind.OTHER
        if is_other and not self.scope.reads_table(node) and not m.findall(node, NO_VALUE):
            return code_of(node)
        for rule in self.rules:
            if rule.column is not None:
                made = rule.column(node, self)
                if made is not None:
                    self.scope.applied.append(rule.id)
                    return made
        made = self._plain(node)
        if made is None:
            raise LeftAloneError(f"no rule for `{code_of(node)}`")
        return made

    def read(self, frame: str, column: str) -> str:
        """One value of a column of a frame."""
        if frame not in self.frames:
            self.frames.append(frame)
        return f"{self.row_of(frame)}[{column}]"

    def row_of(self, frame: str) -> str:
        """The name of a row of a frame in a comprehension."""
        place = self.frames.index(frame)
        return "row" if place == 0 else f"{frame}_row"

    def over(self) -> str:
        """The clause of a comprehension over all that was read."""
        names = [self.row_of(frame) for frame in self.frames] + list(self.lists.values())
        tables = [self.sources.get(name, name) for name in (*self.frames, *self.lists)]
        if not tables:
            raise LeftAloneError("a column that reads no rows")
        if len(tables) == 1:
            return f"for {names[0]} in {tables[0]}"
        return f"for {', '.join(names)} in zip({', '.join(tables)}, strict=True)"

    def _plain(self, node: cst.BaseExpression) -> str | None:
        if isinstance(node, cst.Name):
            self.lists.setdefault(node.value, f"{node.value}_value")
            return self.lists[node.value]
        if isinstance(node, cst.Subscript):
            return self._subscript(node)
        if (
            isinstance(node, cst.Attribute)
            and isinstance(node.value, cst.Name)
            and self.scope.kind(node.value) is Kind.FRAME
            and node.attr.value not in _NO_COLUMNS
        ):
            return self.read(node.value.value, repr(node.attr.value))
        if isinstance(node, cst.BinaryOperation):
            return self._binary(node)
        if isinstance(node, cst.Comparison):
            return self._comparison(node)
        if isinstance(node, cst.UnaryOperation):
            operator = "not " if isinstance(node.operator, cst.BitInvert | cst.Not) else None
            inner = self.value(node.expression)
            return f"({operator or _operator(node.operator)}{inner})"
        return None

    def _subscript(self, node: cst.Subscript) -> str | None:
        key = subscript_key(node)
        is_frame = isinstance(node.value, cst.Name) and self.scope.kind(node.value) is Kind.FRAME
        if not is_frame or key is None:
            return None
        if text_of(key) is None and not isinstance(key, cst.Integer):
            return None
        assert isinstance(node.value, cst.Name)
        return self.read(node.value.value, code_of(key))

    def _binary(self, node: cst.BinaryOperation) -> str:
        left, right = self.value(node.left), self.value(node.right)
        word = _LOGICAL.get(type(node.operator))
        is_of_tests = isinstance(node.left, cst.Comparison) and isinstance(
            node.right, cst.Comparison
        )
        if isinstance(node.operator, cst.Add) and is_of_tests:
            # The sum of two tests is a test for pandas.
            word = "or"
        if word is not None:
            return f"({left} {word} {right})"
        if isinstance(node.operator, cst.Divide):
            self.scope.imports.add("ml_api_kit.preprocessing:divided")
            return f"divided({left}, {right})"
        if isinstance(node.operator, cst.FloorDivide | cst.Modulo | cst.Power):
            verb = {"//": "floor_divided", "%": "remainder", "**": "power"}[
                _operator(node.operator)
            ]
            self.scope.imports.add(f"ml_api_kit.preprocessing:{verb}")
            return f"{verb}({left}, {right})"
        return f"({left} {_operator(node.operator)} {right})"

    def _comparison(self, node: cst.Comparison) -> str:
        left = self.value(node.left)
        if len(node.comparisons) == 1 and _is_order_of_texts(node.comparisons[0]):
            # A missing text stands neither before nor behind another.
            self.scope.imports.add("ml_api_kit.preprocessing:for_text")
            test = code_of(node.comparisons[0]).strip()
            return f"for_text(lambda text: text {test}, {left}, missing=False)"
        parts = [
            f"{_operator(one.operator)} {self.value(one.comparator)}" for one in node.comparisons
        ]
        return f"({left} {' '.join(parts)})"


def _operator(node: cst.CSTNode) -> str:
    """An operator without what stands around it: spaces, comments, the end of a line."""
    return " ".join(re.sub(r"\\\n|#.*", " ", code_of(node)).split())


def _is_order_of_texts(target: cst.ComparisonTarget) -> bool:
    is_order = isinstance(
        target.operator,
        cst.LessThan | cst.LessThanEqual | cst.GreaterThan | cst.GreaterThanEqual,
    )
    return is_order and text_of(target.comparator) is not None
