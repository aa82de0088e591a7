"""`df[["a", "b"]]`, `df.drop(columns=[...])`, `df.copy()`: columns chosen."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import method, single
from ml_api_kit.research.refactor.scope import (
    Kind,
    LeftAloneError,
    arguments,
    code_of,
    subscript_key,
)

LEAVES_ALONE = "rows chosen by a mask or a label."


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    if isinstance(node, cst.Subscript) and of.scope.kind(node.value) is Kind.FRAME:
        key = subscript_key(node)
        if isinstance(key, cst.SimpleString | cst.Integer):
            return None
        if not isinstance(key, cst.List):
            raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
        of.scope.imports.add("ml_api_kit.preprocessing:select_columns")
        return f"select_columns({of.expression(node.value)}, {code_of(key)})"
    call = method(node, "drop")
    if call is not None and of.scope.kind(call.func.value) is Kind.FRAME:
        return _dropped(call, of)
    call = method(node, "reset_index")
    if call is not None and of.scope.kind(call.func.value) is Kind.FRAME:
        dropped = single(call, "drop")
        if dropped is None or code_of(dropped) != "True":
            raise LeftAloneError(f"`{code_of(call)}` makes columns of the rows' labels")
        return of.expression(call.func.value)
    call = method(node, "copy")
    if call is not None and of.scope.kind(call.func.value) is Kind.FRAME:
        return f"[dict(row) for row in {of.expression(call.func.value)}]"
    return None


def _dropped(call: cst.Call, of: FrameTranslator) -> str:
    placed, named = arguments(call)
    columns = named.get("columns") or (placed[0] if placed else named.get("labels"))
    axis = code_of(named["axis"]).strip("'\"") if "axis" in named else ""
    is_columns = "columns" in named or axis in ("1", "columns") or len(placed) > 1
    if columns is None or not is_columns:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    listed = code_of(columns) if isinstance(columns, cst.List) else f"[{code_of(columns)}]"
    rows = of.expression(call.func.value)  # type: ignore[attr-defined]
    return (
        f"[{{name: value for name, value in row.items() if name not in {listed}}} "
        f"for row in {rows}]"
    )
