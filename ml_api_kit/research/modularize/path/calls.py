"""Calls of the research code, with what has no place in a row's path left out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ml_api_kit.research.modularize.syntax import attribute
from ml_api_kit.research.record.tape import Binding, Event

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

_BY_COLUMN = (".rename", ".fillna", ".replace", ".astype")


def render_call(
    of: Expressions, node: ast.Call, event: Event, *, without: tuple[str, ...] = ()
) -> ast.Call:
    """The call with its parts rendered, and no argument of a name in `without`."""
    is_method = isinstance(node.func, ast.Attribute) and event.detail.get("is_method")
    if is_method and event.inputs[0].binding is Binding.ROWS:
        assert isinstance(node.func, ast.Attribute)
        function: ast.expr = attribute(of.reference(event.inputs[0]), node.func.attr)
    else:
        function = render_function(of, node.func, event)
    return ast.Call(
        function,
        [_argument(of, one, event) for one in node.args],
        [
            ast.keyword(one.arg, _argument(of, one.value, event))
            for one in node.keywords
            if one.arg not in without and not _is_dropped(of, one, event)
        ],
    )


def render_function(of: Expressions, node: ast.expr, event: Event) -> ast.expr:
    """What a call calls: a function, or the method of something that does not depend on rows."""
    value = event.children.get(node.number)  # type: ignore[attr-defined]
    made = value.made_by if value is not None else None
    if isinstance(node, ast.Attribute) and made is not None:
        receiver = made.children.get(node.value.number)  # type: ignore[attr-defined]
        if receiver is not None and receiver.type_name != "module":
            return attribute(of.refer(receiver, node.value, made), node.attr)
    if value is None:
        return of.rebuild(node, event)
    return of.fixed.refer(value, node, of)


def _is_dropped(of: Expressions, keyword: ast.keyword, event: Event) -> bool:
    """Whether an argument has no place in a row's path: labels of rows, columns not read."""
    if event.function.endswith(("DataFrame", "Series")):
        is_label = isinstance(keyword.value, ast.Attribute) and keyword.value.attr == "index"
        return keyword.arg == "index" and is_label
    out = event.output
    if event.function.endswith(".assign") and out is not None and out.is_frame:
        return keyword.arg is not None and keyword.arg not in of.live.of(out)
    return False


def _argument(of: Expressions, node: ast.expr, event: Event) -> Any:
    """An argument; of a table by columns, only what is said of columns that are read."""
    out = event.output
    value = event.children.get(getattr(node, "number", -1))
    is_by_column = event.function.endswith(_BY_COLUMN)
    if not is_by_column or out is None or not out.is_frame or value is None:
        return of.part(node, event)
    obj = value.object()
    if value.is_series and hasattr(obj, "to_dict"):
        obj = obj.to_dict()
    live = of.live.of(out)
    if event.function.endswith(".rename") and isinstance(obj, dict):
        kept = {old: new for old, new in obj.items() if new in live}
        return of.fixed.constant(kept, node, value)
    if not isinstance(obj, dict) or not set(obj) <= set(out.columns or ()):
        return of.part(node, event)
    kept = {key: one for key, one in obj.items() if key in live}
    return of.fixed.constant(kept, node, value)
