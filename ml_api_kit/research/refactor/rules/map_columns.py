"""`pd.DataFrame({name: f(df[name]) for name in [...]})`: each of some columns computed."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.cells import CELL, value_of
from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import pandas_call
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "columns computed of others, and comprehensions with conditions."


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = pandas_call(node, "DataFrame")
    if call is None:
        return None
    placed, named = arguments(call)
    if len(placed) != 1 or set(named) - {"index"} or not isinstance(placed[0], cst.DictComp):
        return None
    made = placed[0]
    names = _names(made.for_in.target)
    is_plain = not made.for_in.ifs and made.for_in.inner_for_in is None and names
    if not is_plain or of.scope.reads_table(made.for_in.iter):
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    table = _table(made.value, names[0], of)
    if table is None:
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    opened = m.replace(made.value, _column(m.Name(table), names[0]), cst.Name(CELL))
    assert isinstance(opened, cst.BaseExpression)
    value = value_of(opened, of, f"row[{names[0]}]", frozenset(names[1:]))
    clause = f"for {', '.join(names)} in {code_of(made.for_in.iter)}"
    return f"[{{{code_of(made.key)}: {value} {clause}}} for row in {table}]"


def _table(node: cst.BaseExpression, name: str, of: FrameTranslator) -> str | None:
    """The frame whose columns are read."""
    for one in m.findall(node, _column(m.Name(), name)):
        frame = cst.ensure_type(one, cst.Subscript).value
        if of.scope.kind(frame) is Kind.FRAME:
            return code_of(frame)
    return None


def _column(frame: m.Name, name: str) -> m.Subscript:
    """A column of a frame, by the name that the comprehension binds."""
    return m.Subscript(value=frame, slice=[m.SubscriptElement(m.Index(m.Name(name)))])


def _names(node: cst.BaseExpression) -> list[str]:
    listed = node.elements if isinstance(node, cst.Tuple) else None
    names = [one.value for one in listed] if listed is not None else [node]
    found = [one.value for one in names if isinstance(one, cst.Name)]
    return found if len(found) == len(names) <= 2 else []
