"""Functions of values, which the research code brought along, without pandas.

pd.isnull(x), pd.isna(x)        is_missing(x)
pd.notnull(x), pd.notna(x)      not is_missing(x)
pd.NA, pd.NaT                   None
"""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.substitution import column_of

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
    is_needed, of_rows = False, _functions_of_rows(module)
    body: list[cst.SimpleStatementLine | cst.BaseCompoundStatement] = []
    for statement in module.body:
        if isinstance(statement, cst.FunctionDef) and statement.name.value not in skip:
            if statement.name.value in of_rows and statement.params.params:
                row = statement.params.params[0].name.value
                statement = cst.ensure_type(by_subscript(statement, row), cst.FunctionDef)
            made, is_asking = without_pandas(statement)
            assert isinstance(made, cst.FunctionDef)
            body.append(made)
            is_needed = is_needed or is_asking
        else:
            body.append(statement)
    return module.with_changes(body=body), is_needed


def _functions_of_rows(module: cst.Module) -> set[str]:
    """The functions that are called with a row."""
    called = m.findall(module, m.Call(func=m.Name(), args=[m.Arg(m.Name("row")), m.ZeroOrMore()]))
    return {cst.ensure_type(one, cst.Call).func.value for one in called}  # type: ignore[attr-defined]


def by_subscript(node: cst.CSTNode, row: str) -> cst.CSTNode:
    """An expression or function of a row that reads `row["a"]` where it read `row.a`."""
    return node.visit(_BySubscript(row))  # type: ignore[return-value]


class _BySubscript(cst.CSTTransformer):
    def __init__(self, row: str) -> None:
        self._row = row
        self._called: set[cst.BaseExpression] = set()

    def visit_Call(self, node: cst.Call) -> None:
        self._called.add(node.func)

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        is_column = m.matches(updated_node, m.Attribute(value=m.Name(self._row)))
        if not is_column or original_node in self._called:
            return updated_node
        return column_of(self._row, updated_node.attr.value)


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
