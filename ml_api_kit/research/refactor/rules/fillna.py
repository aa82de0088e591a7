"""`df["a"].fillna(value)`, `df.fillna(value)`, `df.fillna({...})`: missing values replaced."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import method, pandas_call, single
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, code_of

LEAVES_ALONE = "filling forward or backward, which needs the row before or after, and limits."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    call = method(node, "fillna")
    if call is None or of.scope.kind(call.func.value) is not Kind.COLUMN:
        return None
    value = _value(call, of.scope.kind)
    of.scope.imports.add("ml_api_kit.preprocessing:filled")
    return f"filled({of.value(call.func.value)}, {of.value(value)})"


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = method(node, "fillna")
    if call is None or of.scope.kind(call.func.value) is not Kind.FRAME:
        return None
    value = _value(call, of.scope.kind)
    rows = of.expression(call.func.value)
    of.scope.imports.add("ml_api_kit.preprocessing:fill_missing")
    table = pandas_call(value, "Series")
    if table is not None and not of.scope.reads_table(table):
        # A table of the columns' values is given as what it is made of.
        value = single(table, "data") or value
    return f"fill_missing({rows}, {code_of(value)})"


def _value(call: cst.Call, kind: object) -> cst.BaseExpression:
    value = single(call, "value")
    if value is None:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    return value
