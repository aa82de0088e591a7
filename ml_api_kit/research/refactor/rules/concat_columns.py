"""`pd.concat([a, b], axis=1)`: tables side by side."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import pandas_call
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "tables one below the other, and columns among the tables."


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = pandas_call(node, "concat")
    if call is None:
        return None
    placed, named = arguments(call)
    axis = code_of(named["axis"]).strip("'\"") if "axis" in named else ""
    axis = axis or (code_of(placed[1]) if len(placed) > 1 else "")
    listed = placed[0] if placed else None
    if axis not in ("1", "columns") or not isinstance(listed, cst.List):
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    tables = [one.value for one in listed.elements]
    if any(of.scope.kind(one) is not Kind.FRAME for one in tables):
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    names = [f"part_{place}" for place in range(len(tables))]
    merged = ", ".join(f"**{name}" for name in names)
    zipped = ", ".join(of.expression(one) for one in tables)
    return f"[{{{merged}}} for {', '.join(names)} in zip({zipped}, strict=True)]"
