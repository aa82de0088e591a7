"""`X[:, 0:1] = imputer.transform(X[:, 0:1])`: values of an array replaced, which stays an array."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.scope import Kind, code_of

LEAVES_ALONE = "values that come from a frame or a column."


def statement(node: cst.BaseSmallStatement, of: FrameTranslator) -> str | None:
    """The statement as it is, where it works on arrays alone; None where this is another idiom."""
    if isinstance(node, cst.AugAssign):
        target = node.target
    elif isinstance(node, cst.Assign) and len(node.targets) == 1:
        target = node.targets[0].target
        if not isinstance(target, cst.Subscript):
            return None
    else:
        return None
    array = target.value if isinstance(target, cst.Subscript) else target
    is_array = isinstance(array, cst.Name) and of.scope.kind(array) is Kind.ARRAY
    return code_of(node) if is_array and not of.scope.reads_table(node) else None
