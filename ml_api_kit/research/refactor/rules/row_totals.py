"""`df[["a", "b"]].sum(axis=1)`, and `mean`, `min`, `max`: one number of the values of each row."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.cells import cells_of, selected_columns
from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.scope import (
    Kind,
    LeftAloneError,
    arguments,
    code_of,
    is_along_rows,
)

LEAVES_ALONE = "all columns of a frame without naming them, and missing values that are kept."

_TOTALS = {"sum", "mean", "min", "max"}


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    name, frame = node.func.attr.value, node.func.value
    is_total = name in _TOTALS and of.scope.kind(frame) is Kind.FRAME and is_along_rows(node)
    if not is_total:
        return None
    placed, named = arguments(node)
    cells = cells_of(frame, FrameTranslator(of.scope, of.rules))
    base = cells.base if cells is not None else frame
    key = selected_columns(base)
    table = base.value if isinstance(base, cst.Subscript) else None
    if placed or set(named) != {"axis"} or key is None or not isinstance(table, cst.Name):
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    value, variable = (cells.value, cells.name) if cells is not None else ("row[name]", "name")
    if table.value not in of.frames:
        of.frames.append(table.value)
    value = value.replace(f"row[{variable}]", f"{of.row_of(table.value)}[{variable}]")
    verb = f"total_{name}"
    of.scope.imports.add(f"ml_api_kit.preprocessing:{verb}")
    return f"{verb}({value} for {variable} in {code_of(key)})"
