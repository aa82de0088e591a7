"""`df.assign(a=...)`: columns added."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import method
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "values given by a function of the frame."


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = method(node, "assign")
    if call is None or not isinstance(call.func.value, cst.Name):
        return None
    if of.scope.kind(call.func.value) is not Kind.FRAME:
        return None
    column = of.column()
    column.frames = [call.func.value.value]
    parts = []
    for name, value in arguments(call)[1].items():
        if isinstance(value, cst.Lambda):
            raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
        parts.append(f"{name!r}: {column.value(value)}")
    return f"[{{**row, {', '.join(parts)}}} {column.over()}]"
