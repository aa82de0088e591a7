"""`df.rename(columns={...})`: columns renamed."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import method
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "names made by a function."


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = method(node, "rename")
    if call is None or of.scope.kind(call.func.value) is not Kind.FRAME:
        return None
    _, named = arguments(call)
    table = named.get("columns")
    if not isinstance(table, cst.Dict):
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    of.scope.imports.add("ml_api_kit.preprocessing:rename_columns")
    return f"rename_columns({of.expression(call.func.value)}, {code_of(table)})"
