"""`df["a"].str.extract("([0-9]+)")[0]`, or with `expand=False`: a part of each text."""

from __future__ import annotations

import re

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.scope import (
    LeftAloneError,
    arguments,
    code_of,
    subscript_key,
    text_of,
)

LEAVES_ALONE = "patterns of several groups, whose parts become columns."

_CALL = m.Call(func=m.Attribute(value=m.Attribute(attr=m.Name("str")), attr=m.Name("extract")))


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    is_first = isinstance(node, cst.Subscript) and m.matches(
        subscript_key(node) or cst.Ellipsis(), m.Integer("0")
    )
    call = node.value if isinstance(node, cst.Subscript) and is_first else node
    if not m.matches(call, _CALL):
        return None
    assert isinstance(call, cst.Call)
    placed, named = arguments(call)
    given = dict(zip(("pat", "flags", "expand"), placed, strict=False)) | named
    is_series = "expand" in given and code_of(given["expand"]) == "False"
    if is_series == is_first or not _has_one_group(given.get("pat")):
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    of.scope.imports.add("ml_api_kit.preprocessing:extracted")
    accessor = cst.ensure_type(cst.ensure_type(call.func, cst.Attribute).value, cst.Attribute)
    option = f", flags={code_of(given['flags'])}" if "flags" in given else ""
    return f"extracted({of.value(accessor.value)}, {code_of(given['pat'])}{option})"


def _has_one_group(node: cst.BaseExpression | None) -> bool:
    pattern = text_of(node)
    try:
        return pattern is not None and re.compile(pattern).groups == 1
    except re.error:
        return False
