"""`values.reshape(120, 1)` as `values.reshape(-1, 1)`, for any number of rows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.modularize.syntax import attribute, call, literal
from ml_api_kit.research.record.tape import Binding, Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("reshape",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The call with the number of rows left open; None where it is no method of rows."""
    node = of.tape.expressions[event.node]
    if not isinstance(node, ast.Call) or not value.shape or not event.inputs:
        return None
    if not isinstance(node.func, ast.Attribute) or event.inputs[0].binding is not Binding.ROWS:
        return None
    shape = [ast.Constant(-1), *(literal(size) for size in value.shape[1:])]
    return call(attribute(of.reference(event.inputs[0]), "reshape"), *shape)
