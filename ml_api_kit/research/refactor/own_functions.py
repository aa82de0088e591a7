"""Functions of values, which the research code brought along, without pandas.

pd.isnull(x), pd.isna(x)        is_missing(x)
pd.notnull(x), pd.notna(x)      not is_missing(x)
pd.NA, pd.NaT                   None
"""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst
from libcst import matchers as m

_MISSING = ("isnull", "isna")
_PRESENT = ("notnull", "notna")
IMPORT = "ml_api_kit.preprocessing:is_missing"


def without_pandas(node: cst.CSTNode) -> tuple[cst.CSTNode, bool]:
    """A function of values that asks for missing values without pandas, and whether it asks.

    What else of pandas it calls stays.
    """
    rewriter = _Rewriter()
    made = node.visit(rewriter)
    assert isinstance(made, cst.CSTNode)
    return made, rewriter.is_needed


def rewrite_functions(module: cst.Module, *, skip: Collection[str]) -> tuple[cst.Module, bool]:
    """The module with its functions rewritten but those named in `skip`, and whether one was."""
    is_needed = False
    body: list[cst.SimpleStatementLine | cst.BaseCompoundStatement] = []
    for statement in module.body:
        if isinstance(statement, cst.FunctionDef) and statement.name.value not in skip:
            made, is_asking = without_pandas(statement)
            assert isinstance(made, cst.FunctionDef)
            body.append(made)
            is_needed = is_needed or is_asking
        else:
            body.append(statement)
    return module.with_changes(body=body), is_needed


class _Rewriter(cst.CSTTransformer):
    def __init__(self) -> None:
        self.is_needed = False

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not m.matches(updated_node, _ASKING):
            return updated_node
        self.is_needed = True
        function = cst.ensure_type(updated_node.func, cst.Attribute)
        made = updated_node.with_changes(func=cst.Name("is_missing"))
        if function.attr.value in _MISSING:
            return made
        bare = made.with_changes(lpar=[], rpar=[])
        negated = cst.UnaryOperation(cst.Not(), bare)
        return negated.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        if m.matches(updated_node, m.Attribute(value=m.Name("pd"), attr=_NOTHING)):
            return cst.Name("None")
        return updated_node


_ASKING = m.Call(
    func=m.Attribute(
        value=m.Name("pd"),
        attr=m.OneOf(*(m.Name(one) for one in (*_MISSING, *_PRESENT))),
    ),
    args=[m.Arg(keyword=None, star="")],
)
_NOTHING = m.Name("NA") | m.Name("NaT")
