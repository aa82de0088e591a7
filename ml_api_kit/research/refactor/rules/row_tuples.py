"""`df[["a", "b"]].apply(tuple, axis=1)`: the values of several columns as one key."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.rules_support import method
from ml_api_kit.research.refactor.scope import Kind, arguments, code_of, subscript_key

LEAVES_ALONE = "columns that are not written out, and other functions of a row."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    call = method(node, "apply")
    if call is None:
        return None
    placed, named = arguments(call)
    is_tuple = len(placed) == 1 and m.matches(placed[0], m.Name("tuple"))
    if not is_tuple or set(named) != {"axis"} or code_of(named["axis"]) != "1":
        return None
    chosen = call.func.value
    if not isinstance(chosen, cst.Subscript) or not isinstance(chosen.value, cst.Name):
        return None
    key = subscript_key(chosen)
    if of.scope.kind(chosen.value) is not Kind.FRAME or not isinstance(key, cst.List):
        return None
    values = [of.read(chosen.value.value, code_of(one.value)) for one in key.elements]
    return f"({', '.join(values)},)"
