"""Frame, column and array expressions as expressions of rows, lists and matrices."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import NO_VALUE, ColumnTranslator
from ml_api_kit.research.refactor.registry import Rule
from ml_api_kit.research.refactor.scope import (
    Kind,
    LeftAloneError,
    Scope,
    code_of,
)


class FrameTranslator:
    """Translates whole expressions of a statement."""

    def __init__(self, scope: Scope, rules: Sequence[Rule]) -> None:
        """Begin in a scope, with the rules to try."""
        self.scope = scope
        self.rules = rules

    def expression(self, node: cst.BaseExpression) -> str:
        """The expression's source over rows, lists and matrices.

        Raises LeftAloneError: when a part of it has no rule.
        """
        kind = self.scope.kind(node)
        if isinstance(node, cst.Name):
            return code_of(node)
        if kind is Kind.OTHER and not self.scope.reads_table(node):
            # A value that pandas makes, such as a time, has a rule as those of columns have.
            return self.column().value(node) if m.findall(node, NO_VALUE) else code_of(node)
        if self.scope.is_step(node):
            return self._step(node)
        for rule in self.rules:
            if rule.frame is not None:
                made = rule.frame(node, self)
                if made is not None:
                    self.scope.applied.append(rule.id)
                    return made
        if kind is Kind.COLUMN:
            return self.listed(node)
        if kind is Kind.ARRAY and self._is_all_arrays(node):
            return code_of(node)
        raise LeftAloneError(f"no rule for `{code_of(node)[:200]}`")

    def _step(self, node: cst.BaseExpression) -> str:
        """A call of another function of the module, on rows."""
        call = cst.ensure_type(node, cst.Call)
        first, *others = call.args
        if any(self.scope.reads_table(one) for one in others):
            raise LeftAloneError(f"`{code_of(call)}` is given more than one table")
        given = "".join(f", {code_of(one).rstrip(', ')}" for one in others)
        return f"{code_of(call.func)}({self.expression(first.value)}{given})"

    def listed(self, node: cst.BaseExpression) -> str:
        """A column expression as a list with one value per row."""
        column = ColumnTranslator(self.scope, self.rules)
        value = column.value(node)
        return f"[{value} {column.over()}]"

    def column(self) -> ColumnTranslator:
        """A translator for a column expression in this scope."""
        return ColumnTranslator(self.scope, self.rules)

    def _is_all_arrays(self, node: cst.BaseExpression) -> bool:
        """Whether an expression reads arrays alone, which stay what they are."""
        names: list[str] = []

        class Names(cst.CSTVisitor):
            def visit_Name(self, name: cst.Name) -> None:
                names.append(name.value)

        node.visit(Names())
        kinds = {self.scope.kinds.get(name, Kind.OTHER) for name in names}
        return not kinds & {Kind.FRAME, Kind.COLUMN}
