"""`df["fuel"].cat.codes` as `df["fuel"].map(fuel_codes)`, and -1 for what is no category."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.modularize.learned_calls.naming import column_of
from ml_api_kit.research.modularize.learned_calls.tables import mapped, to_plain_scalar
from ml_api_kit.research.modularize.syntax import attribute, call, literal
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("codes",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The codes from the frozen categories; None where there are no categories."""
    accessor = event.inputs[0] if event.inputs else None
    obj = None if accessor is None else accessor.object()
    if obj is None or not hasattr(obj, "categories"):
        return None
    assert accessor is not None
    assert accessor.base is not None
    table = {to_plain_scalar(one): code for code, one in enumerate(obj.categories.tolist())}
    given = _before_category(of, accessor.base)
    codes = mapped(of, given, table, f"{column_of(given) or 'category'}_codes", value)
    filled = call(attribute(codes, "fillna"), literal(-1))
    return call(attribute(filled, "astype"), literal("int"))


def _before_category(of: Expressions, value: Value) -> ast.expr:
    """The column as it was before it was made one of categories."""
    given = of.reference(value)
    if not isinstance(given, ast.Call) or not isinstance(given.func, ast.Attribute):
        return given
    return given.func.value if given.func.attr == "astype" else given
