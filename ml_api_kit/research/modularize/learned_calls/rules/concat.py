"""`pd.concat([a, b], axis=1)` without the tables of which nothing is read."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("concat",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """Tables side by side; None where something is read of each."""
    node = of.tape.expressions[event.node]
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.List):
        return None
    kept = []
    for one in node.args[0].elts:
        part = event.children.get(one.number)  # type: ignore[attr-defined]
        if part is None or not part.is_frame or of.live.of(part):
            kept.append(one)
    if len(kept) == len(node.args[0].elts):
        return None
    if len(kept) == 1:
        return of.render(kept[0], event)
    parts = ast.List([of.render(one, event) for one in kept], ast.Load())
    keywords = [ast.keyword(one.arg, of.render(one.value, event)) for one in node.keywords]
    return ast.Call(of.function(node.func, event), [parts], keywords)
