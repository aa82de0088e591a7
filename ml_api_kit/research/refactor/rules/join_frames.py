"""`df.join(other)`: frames of the same rows side by side."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules.concat_columns import side_by_side
from ml_api_kit.research.refactor.rules_support import method
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "joins on a column, and suffixes for columns that both frames have."


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = method(node, "join")
    if call is None or of.scope.kind(call.func.value) is not Kind.FRAME:
        return None
    placed, named = arguments(call)
    if len(placed) != 1 or named:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    others = placed[0].elements if isinstance(placed[0], cst.List) else None
    tables = [one.value for one in others] if others is not None else placed
    return side_by_side([call.func.value, *tables], call, of)
