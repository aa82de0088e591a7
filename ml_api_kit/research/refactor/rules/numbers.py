"""`clip`, `abs`, `round`, `np.log1p(df["a"])`, `np.where(mask, a, b)`: arithmetic on each value."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "functions of several columns at once, but np.where."

#: Functions of numpy that give one value for each value.
ELEMENTWISE = {
    "log",
    "log1p",
    "log2",
    "log10",
    "exp",
    "expm1",
    "sqrt",
    "square",
    "abs",
    "absolute",
    "sin",
    "cos",
    "tan",
    "tanh",
    "sinh",
    "cosh",
    "arcsin",
    "arccos",
    "arctan2",
    "hypot",
    "radians",
    "degrees",
    "deg2rad",
    "rad2deg",
    "trunc",
    "fabs",
    "clip",
    "isfinite",
    "isinf",
    "logical_and",
    "logical_or",
    "logical_not",
    "arctan",
    "sign",
    "floor",
    "ceil",
    "cbrt",
    "power",
    "round",
    "rint",
    "maximum",
    "minimum",
    "add",
    "subtract",
    "multiply",
    "isnan",
}
_METHODS = {"add": "+", "sub": "-", "mul": "*", "subtract": "-", "multiply": "*"}
_REVERSED = {"radd": "+", "rsub": "-", "rmul": "*"}
_VERBS = {
    "div": "divided",
    "truediv": "divided",
    "divide": "divided",
    "pow": "power",
    "floordiv": "floor_divided",
    "mod": "remainder",
}


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    name = node.func.attr.value
    placed, named = arguments(node)
    if m.matches(node.func.value, m.Name("np")):
        return _numpy(name, placed, of)
    if of.scope.kind(node.func.value) is not Kind.COLUMN:
        return None
    if name == "clip":
        return _clipped(node, placed, named, of)
    if name in ("abs", "round"):
        given = "".join(f", {code_of(one)}" for one in [*placed, *named.values()])
        if name == "round":
            return f"float(np.round({of.value(node.func.value)}{given}))"
        return f"abs({of.value(node.func.value)})"
    if name in _METHODS and len(placed) == 1 and not named:
        return f"({of.value(node.func.value)} {_METHODS[name]} {of.value(placed[0])})"
    if name in _REVERSED and len(placed) == 1 and not named:
        return f"({of.value(placed[0])} {_REVERSED[name]} {of.value(node.func.value)})"
    if name in _VERBS and len(placed) == 1 and not named:
        of.scope.imports.add(f"ml_api_kit.preprocessing:{_VERBS[name]}")
        return f"{_VERBS[name]}({of.value(node.func.value)}, {of.value(placed[0])})"
    if name in ("combine_first", "copy") and not named:
        return _filled(node.func.value, placed, of)
    return None


def _filled(
    given: cst.BaseExpression, others: list[cst.BaseExpression], of: ColumnTranslator
) -> str:
    """The value, or the first other one where it is missing."""
    made = of.value(given)
    for one in others:
        of.scope.imports.add("ml_api_kit.preprocessing:filled")
        made = f"filled({made}, {of.value(one)})"
    return made


def _numpy(name: str, placed: list[cst.BaseExpression], of: ColumnTranslator) -> str | None:
    if not any(of.scope.kind(one) is Kind.COLUMN for one in placed):
        return None
    if name == "where" and len(placed) == 3:
        test, one, other = (of.value(each) for each in placed)
        return f"({one} if {test} else {other})"
    if name in ELEMENTWISE:
        return f"np.{name}({', '.join(of.value(one) for one in placed)})"
    return None


def _clipped(
    node: cst.Call,
    placed: list[cst.BaseExpression],
    named: dict[str, cst.BaseExpression],
    of: ColumnTranslator,
) -> str:
    low = placed[0] if placed else named.pop("lower", None)
    high = placed[1] if len(placed) > 1 else named.pop("upper", None)
    if named:
        raise LeftAloneError(f"`{code_of(node)}` clips with options")
    made = of.value(node.func.value)  # type: ignore[attr-defined]
    # The value stands first: max and min then keep a NaN, as pandas does.
    if low is not None and code_of(low) != "None":
        made = f"max({made}, {of.value(low)})"
    if high is not None and code_of(high) != "None":
        made = f"min({made}, {of.value(high)})"
    return made
