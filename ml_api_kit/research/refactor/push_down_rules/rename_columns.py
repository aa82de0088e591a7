"""`df.rename(columns={"a": "b"})`: columns named where the query names them."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.push_down.select import Select
from ml_api_kit.research.refactor.push_down.step import Step

LEAVES_ALONE = "functions for names, and SELECT * of a table whose columns are not known."
DROPS_ROWS = False


def move(step: Step, query: Select) -> Select | None:
    """The query with the names; None where this is another operation."""
    call = step.method("rename")
    if call is None:
        return None
    match call:
        case ast.Call(args=[], keywords=[ast.keyword(arg="columns", value=ast.Dict() as names)]):
            pass
        case _:
            raise step.left("it renames by more than a mapping of columns that is written here")
    new = {
        step.text_of(key): step.text_of(value)
        for key, value in zip(names.keys, names.values, strict=True)
    }
    if query.columns is None and query.types is None:
        raise step.left("which columns SELECT * has is in the table's schema, that was not read")
    if query.order:
        raise step.left("the rows are ordered by names that would be others")
    old = list(query.columns if query.columns is not None else query.types or ())
    made = {new.get(name, name): query.expression(name) for name in old}
    if len(made) != len(old):
        raise step.left("two columns would have the same name")
    return query.with_columns(made)
