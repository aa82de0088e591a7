"""The arguments of a call, by their names."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from ml_api_kit.research.refactor.scope import LeftAloneError


def named_arguments(
    call: ast.Call, placed: Sequence[str], *, known: Collection[str]
) -> dict[str, ast.expr]:
    """The arguments of a call by name, those that are placed by the names in `placed`.

    Raises LeftAloneError: when there are others than the `known`, or starred ones.
    """
    found = dict(zip(placed, call.args, strict=False))
    found |= {str(one.arg): one.value for one in call.keywords}
    others = sorted(set(found) - set(known))
    if any(isinstance(one, ast.Starred) for one in call.args) or len(call.args) > len(placed):
        others.append("more arguments")
    if others:
        raise LeftAloneError(f"it has {', '.join(others)}, which the accessor does not take")
    return found


def constant(node: ast.expr | None) -> object:
    """The value of a literal; the expression itself where it is none."""
    return node.value if isinstance(node, ast.Constant) else node
