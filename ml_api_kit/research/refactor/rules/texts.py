"""`df["a"].str.strip()` and the other text methods: each text by Python's own methods."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.scope import LeftAloneError, arguments, code_of, subscript_key

LEAVES_ALONE = "extract, split into columns, and options that change what a method does."

_SAME = {"lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "zfill", "swapcase"}
_TESTS = {"startswith", "endswith", "isdigit", "isalpha", "isnumeric"}


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if isinstance(node, cst.Subscript) and _is_accessor(node.value):
        assert isinstance(node.value, cst.Attribute)
        return _item(node, node.value, of)
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    accessor = node.func.value
    if not _is_accessor(accessor):
        return None
    assert isinstance(accessor, cst.Attribute)
    value = of.value(accessor.value)
    name = node.func.attr.value
    placed, named = arguments(node)
    given = ", ".join(code_of(one) for one in placed)
    made = None
    if name in _SAME | _TESTS and not named:
        made = f"text.{name}({given})"
    elif name == "len":
        made = "len(text)"
    elif name == "split" and not named:
        made = f"text.split({given})"
    elif name == "get" and len(placed) == 1:
        made = f"text[{given}]"
    elif name == "replace":
        made = _replaced(placed, named)
    elif name == "contains":
        made = _contains(placed, named)
    if made is None:
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    return _for_text(made, value, of)


def _is_accessor(node: cst.BaseExpression) -> bool:
    return m.matches(node, m.Attribute(attr=m.Name("str")))


def _item(node: cst.Subscript, accessor: cst.Attribute, of: ColumnTranslator) -> str:
    key = subscript_key(node)
    inner = code_of(key) if key is not None else code_of(node.slice[0].slice)
    return _for_text(f"text[{inner}]", of.value(accessor.value), of)


def _replaced(placed: list[cst.BaseExpression], named: dict[str, cst.BaseExpression]) -> str | None:
    is_pattern = "regex" in named and code_of(named["regex"]) == "True"
    if len(placed) != 2 or set(named) - {"regex"}:
        return None
    old, new = (code_of(one) for one in placed)
    return f"re.sub({old}, {new}, text)" if is_pattern else f"text.replace({old}, {new})"


def _contains(placed: list[cst.BaseExpression], named: dict[str, cst.BaseExpression]) -> str | None:
    if len(placed) != 1 or set(named) - {"regex", "na", "case"}:
        return None
    if "case" in named and code_of(named["case"]) == "False":
        return f"re.search({code_of(placed[0])}, text, re.IGNORECASE) is not None"
    if "regex" in named and code_of(named["regex"]) == "False":
        return f"{code_of(placed[0])} in text"
    return f"re.search({code_of(placed[0])}, text) is not None"


def _for_text(made: str, value: str, of: ColumnTranslator) -> str:
    """A missing text stays missing."""
    of.scope.imports.add("ml_api_kit.preprocessing:for_text")
    return f"for_text(lambda text: {made}, {value})"
