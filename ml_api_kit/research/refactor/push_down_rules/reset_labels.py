"""`df.reset_index(drop=True)` directly behind a query, whose rows are counted from 0 already."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.push_down.select import Select
from ml_api_kit.research.refactor.push_down.step import Step

LEAVES_ALONE = "labels that are kept as a column."
DROPS_ROWS = False


def move(step: Step, query: Select) -> Select | None:
    """The query as it is; None where this is another operation."""
    call = step.method("reset_index")
    match call:
        case ast.Call(args=[], keywords=[ast.keyword(arg="drop", value=ast.Constant(value=True))]):
            return query
    return None
