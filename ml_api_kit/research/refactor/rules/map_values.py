"""`df["a"].map(table)`, `.map(function)`, `.apply(function)`: each value looked up or computed."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.rules_support import method, single
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, code_of
from ml_api_kit.research.refactor.substitution import applied

LEAVES_ALONE = "options of map and apply, and functions given by their name as text."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    call = method(node, "map") or method(node, "apply")
    if call is None or of.scope.kind(call.func.value) is not Kind.COLUMN:
        return None
    given = single(call, "arg", "func")
    if given is None:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    value = of.value(call.func.value)
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


def _called(function: cst.Lambda, value: str) -> str:
    """The body of a lambda with the value in place of its parameter."""
    parameters = function.params.params
    if len(parameters) != 1:
        raise LeftAloneError(f"`{code_of(function)}` takes more than one value")
    return applied([parameters[0].name.value], function.body, [value])
