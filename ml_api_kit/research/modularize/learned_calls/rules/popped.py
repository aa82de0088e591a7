"""`price = df.pop("price")` as `price = df["price"]`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.modularize.syntax import item
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

EVENTS = ("popped",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr:
    """The column as it was before it was taken away."""
    return item(of.reference(event.inputs[0]), ast.Constant(value.name))
