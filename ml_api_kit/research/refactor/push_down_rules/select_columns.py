"""`df[["a", "b"]]`, `df.copy()`: columns chosen where the query chooses them."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.push_down.select import Select
from ml_api_kit.research.refactor.push_down.step import Step

LEAVES_ALONE = "columns that are not written as a list of names, and single ones, which are Series."
DROPS_ROWS = False


def move(step: Step, query: Select) -> Select | None:
    """The query with the columns alone; None where this is another operation."""
    match step.node:
        case ast.Subscript(value=frame, slice=ast.List(elts=[_, *_] as items)) if step.is_frame(
            frame
        ):
            names = [step.text_of(item) for item in items]
            if len(set(names)) != len(names):
                raise step.left("a column is chosen twice")
            return query.with_columns({name: query.expression(name) for name in names})
        case ast.Call(func=ast.Attribute(value=frame, attr="copy"), args=[], keywords=[]) if (
            step.is_frame(frame)
        ):
            return query
    return None
