"""`sm.add_constant(X)`: the column of ones in front, which a single row needs too."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.modularize.sites import argument
from ml_api_kit.research.modularize.syntax import attribute, call
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("add_constant",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The column assigned; None for anything but a frame."""
    given_value = argument(of.tape, event, 0, "data")
    if given_value is None or not given_value.is_frame:
        return None
    given = of.reference(given_value)
    if value.columns is not None and given_value.columns == value.columns:
        return given
    return call(attribute(given, "assign"), const=ast.Constant(1.0))
