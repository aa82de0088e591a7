"""`df[df["a"] > 3]`, `df.loc[...]` with a mask: rows chosen by a condition of the query."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.push_down.masks import MaskTranslator
from ml_api_kit.research.refactor.push_down.select import Select
from ml_api_kit.research.refactor.push_down.step import Step

LEAVES_ALONE = (
    "masks that treat missing values otherwise than SQL does, and frames whose labels of rows are "
    "read later: the query counts its rows anew."
)
DROPS_ROWS = True


def move(step: Step, query: Select) -> Select | None:
    """The query with the condition; None where this is another operation."""
    match step.node:
        case ast.Subscript(value=ast.Attribute(value=frame, attr="loc"), slice=mask):
            pass
        case ast.Subscript(value=frame, slice=mask):
            pass
        case _:
            return None
    if not step.is_frame(frame) or not isinstance(
        mask, ast.Compare | ast.BinOp | ast.UnaryOp | ast.Call
    ):
        return None
    translator = MaskTranslator(step.code, query, step.column_of, step.params, step.taken)
    return query.filtered(translator.condition(mask))
