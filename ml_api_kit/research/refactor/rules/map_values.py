"""`df["a"].map(table)`, `.map(function)`, `.apply(function)`: each value looked up or computed."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.rules_support import method, single
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of
from ml_api_kit.research.refactor.substitution import applied

LEAVES_ALONE = "options of map, and functions given by their name as text."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    call = method(node, "map") or method(node, "apply") or method(node, "transform")
    if call is None or of.scope.kind(call.func.value) is not Kind.COLUMN:
        return None
    given = single(call, "arg", "func")
    value = of.value(call.func.value)
    if given is None:
        return _with_options(call, value)
    if isinstance(given, cst.Lambda):
        return _called(given, value)
    is_table = isinstance(given, cst.Dict) or (
        isinstance(given, cst.Name) and given.value in of.scope.tables
    )
    tables = m.OneOf(m.Name("frozen"), *(m.Name(name) for name in of.scope.tables))
    if m.matches(given, m.Subscript(value=tables)):
        is_table = True
    if is_table:
        return f"{code_of(given)}.get({value}, math.nan)"
    if isinstance(given, cst.Name | cst.Attribute):
        return f"{code_of(given)}({value})"
    raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")


def _with_options(call: cst.Call, value: str) -> str:
    """`.apply(f, args=(2,), k=3)`: a call with more than the value."""
    placed, named = arguments(call)
    given = named.pop("args", None)
    is_apply = isinstance(call.func, cst.Attribute) and call.func.attr.value == "apply"
    is_known = given is None or isinstance(given, cst.Tuple)
    if not is_apply or len(placed) != 1 or isinstance(placed[0], cst.SimpleString) or not is_known:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    function = code_of(placed[0])
    called = f"({function})" if isinstance(placed[0], cst.Lambda) else function
    elements = given.elements if isinstance(given, cst.Tuple) else []
    more = [code_of(one.value) for one in elements]
    more += [f"{name}={code_of(one)}" for name, one in named.items()]
    return f"{called}({', '.join([value, *more])})"


def _called(function: cst.Lambda, value: str) -> str:
    """The body of a lambda with the value in place of its parameter."""
    parameters = function.params.params
    if len(parameters) != 1:
        raise LeftAloneError(f"`{code_of(function)}` takes more than one value")
    return applied([parameters[0].name.value], function.body, [value])
