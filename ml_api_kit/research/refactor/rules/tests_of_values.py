"""`isna`, `notna`, `isin`, `between`, `eq`, `gt` and the like: questions about each value."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "between with bounds left out."

_OPERATORS = {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    if of.scope.kind(node.func.value) is not Kind.COLUMN:
        return None
    name = node.func.attr.value
    placed, named = arguments(node)
    if name in ("isna", "isnull", "notna", "notnull"):
        of.scope.imports.add("ml_api_kit.preprocessing:is_missing")
        word = "" if name in ("isna", "isnull") else "not "
        return f"({word}is_missing({of.value(node.func.value)}))"
    if name == "isin":
        return f"({of.value(node.func.value)} in {of.value(placed[0])})"
    if name == "between":
        if named or len(placed) != 2:
            raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
        low, high = placed
        return f"({of.value(low)} <= {of.value(node.func.value)} <= {of.value(high)})"
    if name in _OPERATORS and len(placed) == 1:
        return f"({of.value(node.func.value)} {_OPERATORS[name]} {of.value(placed[0])})"
    return None
