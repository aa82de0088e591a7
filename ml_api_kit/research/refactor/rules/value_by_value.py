"""`(df - mean) / std`, `np.log1p(df[["a", "b"]])`, `df.map(f)`: each value of a frame computed."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.cells import CELL, cells_of
from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import pandas_call, single
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, code_of

LEAVES_ALONE = "values computed of other rows, or with another frame or column."


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    if of.scope.kind(node) is not Kind.FRAME:
        return None
    found = cells_of(node, of)
    return None if found is None else found.rows(of)


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """A table with an entry for each column, `pd.Series(means)`, as the entry of this column."""
    call = pandas_call(node, "Series")
    if call is None or CELL not in of.lists or of.scope.reads_table(call):
        return None
    given = single(call, "data")
    if given is None:
        raise LeftAloneError(f"`{code_of(call)}` is more than a table of the columns")
    name = of.lists[CELL].removeprefix("row[").removesuffix("]")
    return f"{code_of(given)}[{name}]"
