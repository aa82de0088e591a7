"""`np.select([masks], [values])`, `.where(mask, other)`, `.mask(mask, other)`: one of several."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "masks given by a function, and masks and values that are not listed in place."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    name = node.func.attr.value
    if m.matches(node.func.value, m.Name("np")):
        return _selected(node, of) if name == "select" else None
    if name not in ("where", "mask") or of.scope.kind(node.func.value) is not Kind.COLUMN:
        return None
    placed, named = arguments(node)
    test = placed[0] if placed else named.pop("cond", None)
    other = placed[1] if len(placed) > 1 else named.pop("other", None)
    if test is None or named or isinstance(test, cst.Lambda):
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    value = of.value(node.func.value)
    else_ = of.value(other) if other is not None else "math.nan"
    kept, put = (value, else_) if name == "where" else (else_, value)
    return f"({kept} if {of.value(test)} else {put})"


def _selected(node: cst.Call, of: ColumnTranslator) -> str:
    placed, named = arguments(node)
    tests = placed[0] if placed else named.get("condlist")
    values = placed[1] if len(placed) > 1 else named.get("choicelist")
    default = placed[2] if len(placed) > 2 else named.get("default")
    if not isinstance(tests, cst.List | cst.Tuple) or not isinstance(values, cst.List | cst.Tuple):
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    if len(tests.elements) != len(values.elements):
        raise LeftAloneError(f"`{code_of(node)}` has not as many values as masks")
    parts = [
        f"{of.value(value.value)} if {of.value(test.value)} else "
        for test, value in zip(tests.elements, values.elements, strict=True)
    ]
    return f"({''.join(parts)}{of.value(default) if default is not None else '0'})"
