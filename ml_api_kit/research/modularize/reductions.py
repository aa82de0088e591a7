"""What a lambda computes of all rows together, such as `x.mean()`, frozen where it stands."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from typing import Any

from ml_api_kit.errors import ConversionError

_REDUCTIONS = frozenset(
    {"mean", "median", "mode", "min", "max", "std", "var", "sum", "quantile", "count", "nunique"}
)


def frozen_body(
    function: ast.Lambda,
    freeze: Callable[[ast.expr], ast.expr],
) -> ast.expr:
    """The lambda's body with every part that reduces its parameter replaced by what `freeze` gives.

    `freeze` is given such a part.
    """
    parameter = parameter_of(function)

    class Freeze(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            if isinstance(node, ast.expr) and _reduces(node, parameter):
                return freeze(node)
            return self.generic_visit(node)

    return Freeze().visit(copy.deepcopy(function.body))  # type: ignore[no-any-return]


def parameter_of(function: ast.Lambda) -> str:
    """The name of a lambda's only parameter.

    Raises ConversionError: when it has several.
    """
    arguments = function.args
    if len(arguments.args) != 1 or arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
        raise ConversionError(f"`{ast.unparse(function)}` has more than one parameter.")
    return arguments.args[0].arg


def evaluate(node: ast.expr, scope: dict[str, Any]) -> Any:
    """The value of an expression of the research code.

    Raises ConversionError: when it cannot be computed.
    """
    tree = ast.fix_missing_locations(ast.Expression(copy.deepcopy(node)))
    try:
        return eval(compile(tree, "<reduction>", "eval"), dict(scope))
    # It is the research code's own expression, which may raise anything.
    except Exception as error:
        raise ConversionError(f"`{ast.unparse(node)}` cannot be computed: {error}") from error


def _reduces(node: ast.expr, parameter: str) -> bool:
    """Whether an expression is a reduction of the parameter, or an item of one."""
    if isinstance(node, ast.Subscript):
        return _reduces(node.value, parameter)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return node.func.attr in _REDUCTIONS and parameter in names
