"""`df.apply(lambda row: ..., axis=1)`: a function of each row."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.cells import selected_columns
from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.own_functions import by_subscript
from ml_api_kit.research.refactor.rules_support import method
from ml_api_kit.research.refactor.scope import Kind, arguments, code_of
from ml_api_kit.research.refactor.substitution import applied

LEAVES_ALONE = "functions of columns, and rows read by position."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    call = method(node, "apply")
    table = _table(call.func.value) if call is not None else None
    if call is None or table is None or of.scope.kind(table) is not Kind.FRAME:
        return None
    placed, named = arguments(call)
    axis = code_of(named["axis"]).strip("'\"") if "axis" in named else ""
    if axis not in ("1", "columns") or len(placed) != 1 or set(named) - {"axis"}:
        return None
    frame = table.value
    if frame not in of.frames:
        of.frames.append(frame)
    if isinstance(placed[0], cst.Lambda) and len(placed[0].params.params) == 1:
        name = placed[0].params.params[0].name.value
        body = by_subscript(placed[0].body, name)
        assert isinstance(body, cst.BaseExpression)
        return applied([name], body, [of.row_of(frame)])
    called = code_of(placed[0])
    is_name = isinstance(placed[0], cst.Name | cst.Attribute)
    return f"{called if is_name else f'({called})'}({of.row_of(frame)})"


def _table(node: cst.BaseExpression) -> cst.Name | None:
    """The frame whose rows are read: of some of its columns, the whole row will do."""
    if isinstance(node, cst.Subscript) and selected_columns(node) is not None:
        node = node.value
    return node if isinstance(node, cst.Name) else None
