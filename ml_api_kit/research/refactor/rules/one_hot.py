"""`pd.get_dummies` of columns whose categories are declared: a column for each category."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import method, pandas_call, single
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "columns without declared categories, a column for missing values, and prefixes."

_OPTIONS = {"columns", "drop_first", "dtype", "prefix", "prefix_sep"}


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = pandas_call(node, "get_dummies")
    if call is None:
        return None
    placed, named = arguments(call)
    typed = method(placed[0], "astype") if placed else None
    if typed is None or set(named) - _OPTIONS:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    first = code_of(named["drop_first"]) if "drop_first" in named else "False"
    given = single(typed, "dtype")
    of.scope.imports.add("ml_api_kit.preprocessing:one_hot")
    option = "" if first == "False" else f", is_first_dropped={first}"
    if of.scope.kind(typed.func.value) is Kind.FRAME:
        prefix = named.get("prefix")
        if not isinstance(given, cst.Dict) or not isinstance(prefix, cst.SimpleString | None):
            raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
        table = ", ".join(
            f"{code_of(one.key)}: {_categories(one.value, call)}"
            for one in given.elements
            if isinstance(one, cst.DictElement)
        )
        option += "".join(
            f", {name}={code_of(named[given_name])}"
            for given_name, name in (("prefix", "prefix"), ("prefix_sep", "separator"))
            if given_name in named
        )
        return f"one_hot({of.expression(typed.func.value)}, {{{table}}}{option})"
    assert given is not None
    values = of.listed(typed.func.value)
    front = f", prefix={code_of(named['prefix'])}" if "prefix" in named else ""
    of.scope.imports.discard("ml_api_kit.preprocessing:one_hot")
    of.scope.imports.add("ml_api_kit.preprocessing:one_hot_values")
    return f"one_hot_values({values}, {_categories(given, call)}{front}{option})"


def _categories(node: cst.BaseExpression, call: cst.Call) -> str:
    if isinstance(node, cst.Call) and code_of(node.func).endswith("CategoricalDtype"):
        listed = single(node, "categories")
        if listed is not None:
            return code_of(listed)
    raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
