"""`df.eval("c = a / b")`, `df.eval("a / b")`: columns computed by an expression in a text."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.added_columns import Added, add_columns
from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import MethodCall, method, single
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, code_of, text_of
from ml_api_kit.research.refactor.substitution import column_of, put_in_place

LEAVES_ALONE = "variables (`@x`), functions, and `and`, `or` and `not`."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    call = method(node, "eval")
    if call is None or of.scope.kind(call) is not Kind.COLUMN:
        return None
    if not isinstance(call.func.value, cst.Name):
        raise LeftAloneError(f"`{code_of(call)}` is of no variable")
    [line] = _lines(call)
    try:
        value = cst.parse_expression(line)
    except cst.ParserSyntaxError as error:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}") from error
    return of.value(_of_table(value, call.func.value.value))


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = method(node, "eval")
    if call is None or of.scope.kind(call) is not Kind.FRAME:
        return None
    return add_columns(call.func.value, [_added(line, call) for line in _lines(call)], of)


def _lines(call: MethodCall) -> list[str]:
    text = text_of(single(call, "expr"))
    if text is None:
        raise LeftAloneError(f"`{code_of(call)}` is given more than a text")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _added(line: str, call: MethodCall) -> Added:
    name, _, expression = line.partition("=")
    try:
        value = cst.parse_expression(expression.strip())
    except cst.ParserSyntaxError as error:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}") from error
    return Added(repr(name.strip()), lambda table: _of_table(value, table), is_late=True)


def _of_table(value: cst.BaseExpression, table: str) -> cst.BaseExpression:
    """The expression with columns of the table in place of their names."""
    return put_in_place(value, lambda name: column_of(table, name))
