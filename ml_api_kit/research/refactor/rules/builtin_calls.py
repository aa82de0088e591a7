"""`abs(df["a"])`, `round(df["a"], 1)`, `np.vectorize(f)(df["a"])`: functions of each value."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.scope import Kind, arguments, code_of

LEAVES_ALONE = "functions that give one value of a whole column, such as sum and len."

_VECTORIZED = m.Call(
    func=m.Call(
        func=m.Attribute(value=m.Name("np"), attr=m.Name("vectorize")),
        args=[m.Arg(keyword=None)],
    )
)


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if not isinstance(node, cst.Call):
        return None
    placed, named = arguments(node)
    if named or not any(of.scope.kind(one) is Kind.COLUMN for one in placed):
        return None
    is_vectorized = m.matches(node, _VECTORIZED)
    if not is_vectorized and not m.matches(node.func, m.Name("abs") | m.Name("round")):
        return None
    given = ", ".join(of.value(one) for one in placed)
    if is_vectorized:
        function = cst.ensure_type(node.func, cst.Call).args[0].value
        source = code_of(function)
        return f"({source})({given})" if isinstance(function, cst.Lambda) else f"{source}({given})"
    return f"abs({given})" if code_of(node.func) == "abs" else f"float(np.round({given}))"
