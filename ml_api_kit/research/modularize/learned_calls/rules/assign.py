"""`df.assign(high=lambda d: d["rent"] > d["rent"].mean())` with the mean frozen."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from ml_api_kit.research.modularize.learned_calls.naming import part_name
from ml_api_kit.research.modularize.learned_calls.tables import to_plain_scalar
from ml_api_kit.research.modularize.reductions import evaluate, frozen_body, parameter_of
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("assign",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """None always: the call stays, with functions that compute nothing of all rows together."""
    node, frame = of.tape.expressions[event.node], event.detail.get("frame")
    if frame is None or not isinstance(node, ast.Call):
        return None
    scope = vars(sys.modules["__main__"])
    for keyword in node.keywords:
        if isinstance(keyword.value, ast.Lambda):
            parameter = parameter_of(keyword.value)

            def freeze(part: ast.expr, given: dict[str, Any] = {**scope, parameter: frame}) -> Any:  # noqa: B006
                return of.fixed.freeze(to_plain_scalar(evaluate(part, given)), part_name(part))

            made = ast.Lambda(keyword.value.args, frozen_body(keyword.value, freeze))
            of.replaced[keyword.value.number] = made  # type: ignore[attr-defined]
    return None
