"""`sm.add_constant(X)`: the column of ones in front, which a single row needs too."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.modularize.sites import argument
from ml_api_kit.research.modularize.syntax import attribute, call, literal
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("add_constant",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The column assigned, or stacked to an array; None where the constant goes elsewhere.

    The call itself adds none to a single row, all of whose columns are constant.
    """
    given_value = argument(of.tape, event, 0, "data")
    if given_value is None:
        return None
    if given_value.is_array:
        return _stacked(of, event, given_value, value)
    if not given_value.is_frame:
        return None
    given = of.reference(given_value)
    if value.columns is not None and given_value.columns == value.columns:
        return given
    return call(attribute(given, "assign"), const=ast.Constant(1.0))


def _stacked(of: Expressions, event: Event, given: Value, value: Value) -> ast.expr | None:
    """The array behind a column of ones; None where other options were given."""
    node = of.tape.expressions[event.node]
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
        return None
    array = of.reference(given)
    if given.shape == value.shape:
        return array
    if given.shape is not None and len(given.shape) == 1:
        array = call(attribute(array, "reshape"), literal(-1), literal(1))
    of.fixed.own.imports["np"] = "import numpy as np"
    insert = attribute(ast.Name("np", ast.Load()), "insert")
    return call(insert, array, literal(0), literal(1.0), axis=literal(1))
