"""`df.apply(lambda row: ..., axis=1)`: a function of each row."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.rules_support import method
from ml_api_kit.research.refactor.scope import Kind, arguments, code_of
from ml_api_kit.research.refactor.substitution import applied

LEAVES_ALONE = "functions of columns, and rows read by position."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    call = method(node, "apply")
    if call is None or not isinstance(call.func.value, cst.Name):
        return None
    if of.scope.kind(call.func.value) is not Kind.FRAME:
        return None
    placed, named = arguments(call)
    axis = code_of(named["axis"]).strip("'\"") if "axis" in named else ""
    if axis not in ("1", "columns") or len(placed) != 1 or set(named) - {"axis"}:
        return None
    frame = call.func.value.value
    if frame not in of.frames:
        of.frames.append(frame)
    if isinstance(placed[0], cst.Lambda) and len(placed[0].params.params) == 1:
        name = placed[0].params.params[0].name.value
        return applied([name], placed[0].body, [of.row_of(frame)])
    called = code_of(placed[0])
    is_name = isinstance(placed[0], cst.Name | cst.Attribute)
    return f"{called if is_name else f'({called})'}({of.row_of(frame)})"
