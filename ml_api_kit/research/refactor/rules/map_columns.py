"""`pd.DataFrame({name: df[name].map(table) for name, table in t.items()})`: columns looked up."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import pandas_call
from ml_api_kit.research.refactor.scope import Kind, arguments, code_of

LEAVES_ALONE = "comprehensions that do anything else than look each value up."

_LOOKED_UP = m.DictComp(
    key=m.Name("name"),
    value=m.Call(
        func=m.Attribute(
            value=m.Subscript(value=m.Name(), slice=[m.SubscriptElement(m.Index(m.Name("name")))]),
            attr=m.Name("map"),
        ),
        args=[m.Arg(m.Name("table"))],
    ),
    for_in=m.CompFor(target=m.Tuple([m.Element(m.Name("name")), m.Element(m.Name("table"))])),
)


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = pandas_call(node, "DataFrame")
    if call is None:
        return None
    placed, named = arguments(call)
    if len(placed) != 1 or named or not m.matches(placed[0], _LOOKED_UP):
        return None
    comprehension = placed[0]
    assert isinstance(comprehension, cst.DictComp)
    column = cst.ensure_type(
        cst.ensure_type(cst.ensure_type(comprehension.value, cst.Call).func, cst.Attribute).value,
        cst.Subscript,
    )
    if of.scope.kind(column.value) is not Kind.FRAME:
        return None
    tables = code_of(comprehension.for_in.iter)
    return (
        f"[{{name: table.get(row[name], math.nan) for name, table in {tables}}} "
        f"for row in {code_of(column.value)}]"
    )
