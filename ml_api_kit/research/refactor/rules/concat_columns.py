"""`pd.concat([a, b], axis=1)`: tables side by side."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import pandas_call
from ml_api_kit.research.refactor.scope import (
    Kind,
    LeftAloneError,
    arguments,
    code_of,
    subscript_key,
)

LEAVES_ALONE = "tables one below the other, and columns that have no name."


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
    return side_by_side([one.value for one in listed.elements], call, of)


def side_by_side(tables: Sequence[cst.BaseExpression], call: cst.Call, of: FrameTranslator) -> str:
    """The rows of tables of the same rows, merged one by one.

    Raises LeftAloneError: when one of them is neither a frame nor a column of one.
    """
    tables = [_as_frame(one, of) for one in tables]
    if any(of.scope.kind(one) is not Kind.FRAME for one in tables):
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    names = [f"part_{place}" for place in range(len(tables))]
    merged = ", ".join(f"**{name}" for name in names)
    zipped = ", ".join(of.expression(one) for one in tables)
    return f"[{{{merged}}} for {', '.join(names)} in zip({zipped}, strict=True)]"


def _as_frame(node: cst.BaseExpression, of: FrameTranslator) -> cst.BaseExpression:
    """A column by its name as a frame of one column; anything else as it is."""
    if not isinstance(node, cst.Subscript) or of.scope.kind(node) is not Kind.COLUMN:
        return node
    key = subscript_key(node)
    if of.scope.kind(node.value) is not Kind.FRAME or key is None:
        return node
    listed = cst.SubscriptElement(cst.Index(cst.List([cst.Element(key)])))
    return node.with_changes(slice=[listed])
