"""`df["a"].str.cat(df["b"], sep=" ")`, `df["a"] + "_" + df["b"]`: texts joined."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.rules_support import method
from ml_api_kit.research.refactor.scope import (
    Kind,
    LeftAloneError,
    arguments,
    code_of,
    text_of,
)

LEAVES_ALONE = "a whole column joined to one text, and a text for what is missing."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if isinstance(node, cst.BinaryOperation):
        added = _added(node)
        # Sums have no texts among them, and are left to arithmetic.
        if any(text_of(one) is not None for one in added):
            return _joined([of.value(one) for one in added], of)
        return None
    call = method(node, "cat")
    if call is None or not _is_text(call.func.value):
        return None
    placed, named = arguments(call)
    given = dict(zip(("others", "sep"), placed, strict=False)) | named
    others = given.pop("others", None)
    separator = given.pop("sep", None)
    columns = [one.value for one in others.elements] if isinstance(others, cst.List) else [others]
    if given or any(one is None or of.scope.kind(one) is not Kind.COLUMN for one in columns):
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    accessor = cst.ensure_type(call.func.value, cst.Attribute)
    between = [] if separator is None or text_of(separator) == "" else [code_of(separator)]
    parts = [of.value(accessor.value)]
    for one in columns:
        assert one is not None
        parts += [*between, of.value(one)]
    return _joined(parts, of)


def _added(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        return [*_added(node.left), *_added(node.right)]
    return [node]


def _joined(parts: list[str], of: ColumnTranslator) -> str:
    of.scope.imports.add("ml_api_kit.preprocessing:joined")
    return f"joined({', '.join(parts)})"


def _is_text(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Attribute) and node.attr.value == "str"
