"""Python lists in the text of a query: `IN {tuple(ids)}`, `IN ({', '.join(map(str, ids))})`."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.values import value_type


def listed_value(code: Code, node: ast.expr) -> str | None:
    r"""The list whose text an expression gives, as code; None where its values' type is not known.

    >>> code = Code("ids = [3, 5]\ntext = ', '.join(map(str, ids))\n")
    >>> listed_value(code, code.tree.body[1].value)
    'ids'
    """
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as comma), attr="join")):
            is_comma = comma.strip() == ","
            return _joined(code, node.args[0]) if is_comma and len(node.args) == 1 else None
        case ast.Call(func=ast.Name(id="tuple"), args=[inner]):
            return f"list({code.text(inner)})" if item_type(code, inner) else None
    if isinstance(code.value(node), ast.Tuple) and item_type(code, node):
        return f"list({ast.unparse(node)})"
    return None


def _joined(code: Code, node: ast.expr) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="str"), inner]):
            return _code(inner) if item_type(code, inner) in (int, float) else None
        case (
            ast.GeneratorExp(
                elt=elt,
                generators=[ast.comprehension(target=ast.Name(id=name), iter=inner, ifs=[])],
            )
            | ast.ListComp(
                elt=elt,
                generators=[ast.comprehension(target=ast.Name(id=name), iter=inner, ifs=[])],
            )
        ):
            kind = item_type(code, inner)
            if _is_text_of(elt, name, quotes="") and kind in (int, float):
                return _code(inner)
            return _code(inner) if _is_text_of(elt, name, quotes="'\"") and kind is str else None
    return None


def _is_text_of(node: ast.expr, name: str, *, quotes: str) -> bool:
    """Whether an expression is the text of a variable, in quotes where there are some."""
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=found)]):
            return found == name and not quotes
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id=found))]):
            return found == name and not quotes
        case ast.JoinedStr(
            values=[
                ast.Constant(value=before),
                ast.FormattedValue(value=ast.Name(id=found), conversion=-1, format_spec=None),
                ast.Constant(value=behind),
            ]
        ):
            return found == name and before == behind and before in tuple(quotes)
    return False


def item_type(code: Code, node: ast.expr) -> type | None:
    """The one type that all items of a list or tuple have; None where it cannot be told."""
    made = code.value(node)
    match made:
        case ast.List(elts=[_, *_] as items) | ast.Tuple(elts=[_, *_] as items):
            if isinstance(node, ast.Name) and _may_change(code, node):
                return None
            types = {value_type(code, item) for item in items}
            return types.pop() if len(types) == 1 else None
        case ast.Call(func=ast.Name(id="range")):
            return int
        case ast.ListComp(elt=elt):
            return value_type(code, elt)
    return None


def _may_change(code: Code, node: ast.Name) -> bool:
    """Whether a list may have been changed in place, as by `append`."""
    definition = code.definition(node)
    return definition is not None and any(
        isinstance(code.parents[use], ast.Attribute | ast.Subscript | ast.AugAssign)
        for use in definition.uses
    )


def _code(node: ast.expr) -> str:
    return ast.unparse(node)
