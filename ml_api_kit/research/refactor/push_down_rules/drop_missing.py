"""`df.dropna(subset=["a"])`, `df.dropna()`: rows with missing values left out by the query."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.push_down.masks import present
from ml_api_kit.research.refactor.push_down.select import Select
from ml_api_kit.research.refactor.push_down.step import Step

LEAVES_ALONE = (
    "how and thresh; tables whose schema cannot be read, since NaN is missing too where a column "
    "is FLOAT64; frames whose labels of rows are read later."
)
DROPS_ROWS = True


def move(step: Step, query: Select) -> Select | None:
    """The query with the conditions; None where this is another operation."""
    call = step.method("dropna")
    if call is None:
        return None
    match call:
        case ast.Call(args=[], keywords=[]):
            columns = list(query.columns if query.columns is not None else query.types or ())
        case ast.Call(args=[], keywords=[ast.keyword(arg="subset", value=ast.List(elts=items))]):
            columns = [step.text_of(item) for item in items]
        case ast.Call(args=[], keywords=[ast.keyword(arg="subset", value=ast.Constant() as one)]):
            columns = [step.text_of(one)]
        case _:
            raise step.left("it drops by more than a list of columns that is written here")
    if not columns:
        raise step.left("which columns SELECT * has is in the table's schema, that was not read")
    for column in columns:
        query = query.filtered(present(query, column))
    return query
