"""What a call that learns was given."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.sites import argument
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions


def first_value(of: Expressions, event: Event) -> Value:
    """The value of the first argument.

    Raises ConversionError: when there is none.
    """
    value = argument(of.tape, event, 0, "X", "y", "raw_documents", "x", "data")
    if value is None:
        raise ConversionError(
            f"`{ast.unparse(of.tape.expressions[event.node])}` has no argument to follow."
        )
    return value


def first(of: Expressions, event: Event) -> ast.expr:
    """The first argument, as an expression.

    Raises ConversionError: when there is none.
    """
    return of.reference(first_value(of, event))


def frame_behind(given: ast.expr) -> ast.expr:
    """The frame that columns are chosen of; the expression itself where none are."""
    is_chosen = isinstance(given, ast.Subscript) and isinstance(given.slice, ast.List)
    return given.value if isinstance(given, ast.Subscript) and is_chosen else given
