"""`isna`, `notna`, `isin`, `between`, `eq`, `gt` and the like: questions about each value."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.rules_support import is_nothing
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of, text_of

LEAVES_ALONE = "between whose bounds are not both given."

_BOUNDS = {
    "both": ("<=", "<="),
    "neither": ("<", "<"),
    "left": ("<=", "<"),
    "right": ("<", "<="),
}
_OPERATORS = {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    name = node.func.attr.value
    placed, named = arguments(node)
    is_pandas = m.matches(node.func.value, m.Name("pd")) and len(placed) == 1
    asked = placed[0] if is_pandas else node.func.value
    if of.scope.kind(asked) is not Kind.COLUMN:
        return None
    if name in ("isna", "isnull", "notna", "notnull"):
        of.scope.imports.add("ml_api_kit.preprocessing:is_missing")
        word = "" if name in ("isna", "isnull") else "not "
        return f"({word}is_missing({of.value(asked)}))"
    if is_pandas:
        return None
    if name == "isin":
        return _one_of(node.func.value, placed[0], of)
    if name == "between":
        return _between(node, placed, named, of)
    if name in _OPERATORS and len(placed) == 1:
        return f"({of.value(node.func.value)} {_OPERATORS[name]} {of.value(placed[0])})"
    return None


def _one_of(asked: cst.BaseExpression, known: cst.BaseExpression, of: ColumnTranslator) -> str:
    """Whether the value is among those listed; NaN is where a missing value is listed."""
    value = of.value(asked)
    listed = list(known.elements) if isinstance(known, cst.List | cst.Set) else []
    if not any(is_nothing(one.value) for one in listed):
        return f"({value} in {of.value(known)})"
    of.scope.imports.add("ml_api_kit.preprocessing:is_missing")
    present = ", ".join(code_of(one.value) for one in listed if not is_nothing(one.value))
    return f"(is_missing({value}) or {value} in [{present}])"


def _between(
    node: cst.Call,
    placed: list[cst.BaseExpression],
    named: dict[str, cst.BaseExpression],
    of: ColumnTranslator,
) -> str:
    given = dict(zip(("left", "right", "inclusive"), placed, strict=False)) | named
    which = text_of(given["inclusive"]) if "inclusive" in given else "both"
    if set(given) - {"inclusive"} != {"left", "right"} or which not in _BOUNDS:
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    assert isinstance(node.func, cst.Attribute)
    first, second = _BOUNDS[which]
    low, high = of.value(given["left"]), of.value(given["right"])
    return f"({low} {first} {of.value(node.func.value)} {second} {high})"
