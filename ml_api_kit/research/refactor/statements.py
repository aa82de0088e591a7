"""A statement on frames as statements on rows, by the first rule that knows it."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.scope import LeftAloneError, code_of


def rewrite_statement(
    statement: cst.BaseStatement, translator: FrameTranslator
) -> list[cst.BaseStatement]:
    """A statement on frames as statements on rows; itself where it works on none.

    Raises LeftAloneError: when no rule knows it, or a part of it.
    """
    scope = translator.scope
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        raise LeftAloneError(f"no rule for `{code_of(statement).strip()[:100]}`")
    inner = statement.body[0]
    returned = returned_by(statement)
    if returned is not None and not scope.is_step(returned):
        return [_parsed(f"return {translator.expression(returned)}", statement)]
    if isinstance(inner, cst.Return | cst.Pass) or _is_docstring(inner):
        return [statement]
    for rule in translator.rules:
        if rule.statement is not None:
            made = rule.statement(inner, translator)
            if made is not None:
                scope.applied.append(rule.id)
                return [_parsed(made, statement)]
    if isinstance(inner, cst.Assign) and len(inner.targets) == 1:
        target = inner.targets[0].target
        if isinstance(target, cst.Name):
            kind = scope.kind(inner.value)
            if m.matches(inner.value, m.Call(func=m.Name())) and scope.is_step(inner.value):
                scope.kinds[target.value] = kind
                return [statement]
            made = f"{target.value} = {translator.expression(inner.value)}"
            scope.kinds[target.value] = kind
            return [_parsed(made, statement)]
    raise LeftAloneError(f"no rule for `{code_of(inner)[:200]}`")


def returned_by(statement: cst.BaseStatement) -> cst.BaseExpression | None:
    """What a statement returns."""
    if not m.matches(statement, m.SimpleStatementLine([m.Return()])):
        return None
    inner = cst.ensure_type(statement, cst.SimpleStatementLine).body[0]
    return cst.ensure_type(inner, cst.Return).value


def _parsed(source: str, before: cst.SimpleStatementLine) -> cst.BaseStatement:
    made = cst.parse_statement(source + "\n")
    assert isinstance(made, cst.SimpleStatementLine)
    return made.with_changes(leading_lines=before.leading_lines)


def _is_docstring(node: cst.BaseSmallStatement) -> bool:
    return isinstance(node, cst.Expr) and isinstance(
        node.value, cst.SimpleString | cst.ConcatenatedString
    )
