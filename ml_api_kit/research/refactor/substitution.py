"""Expressions put in place of the names of an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import libcst as cst
from libcst import matchers as m

# What binds tighter than any operator, and needs no parentheses.
_ATOMS = (cst.Call, cst.Name, cst.Subscript, cst.Attribute, cst.SimpleString, cst.Integer)


def applied(names: list[str], body: cst.BaseExpression, values: list[str]) -> str:
    """The source of a body with values in place of its names.

    A call of a lambda where the body binds names itself, or would compute a value twice.
    """
    is_binding = bool(
        m.findall(
            body,
            m.Lambda() | m.ListComp() | m.SetComp() | m.GeneratorExp() | m.DictComp(),
        )
    )
    is_cheap = all(
        "(" not in value or len(m.findall(body, m.Name(name))) <= 1
        for name, value in zip(names, values, strict=True)
    )
    if is_binding or not is_cheap:
        source = cst.Module([]).code_for_node(body)
        return f"(lambda {', '.join(names)}: {source})({', '.join(values)})"
    places = {name: cst.parse_expression(value) for name, value in zip(names, values, strict=True)}
    made = put_in_place(body, places)
    source = cst.Module([]).code_for_node(made)
    return source if isinstance(made, _ATOMS) or made.lpar else f"({source})"


def put_in_place(
    body: cst.BaseExpression,
    places: Mapping[str, cst.BaseExpression] | Callable[[str], cst.BaseExpression],
) -> cst.BaseExpression:
    """The body with expressions in place of its names; names of attributes and options stay.

    `places` has some of the names, or is a function that makes an expression of each.
    """
    made = body.visit(_Placed(places if callable(places) else places.get))
    assert isinstance(made, cst.BaseExpression)
    return made


def column_of(table: str, name: str) -> cst.Subscript:
    """The expression of a table's column."""
    key = cst.SubscriptElement(cst.Index(cst.SimpleString(repr(name))))
    return cst.Subscript(cst.Name(table), [key])


class _Placed(cst.CSTTransformer):
    """Puts expressions in place of names."""

    def __init__(self, place: Callable[[str], cst.BaseExpression | None]) -> None:
        self._place = place
        self._is_kept = False

    def visit_Attribute_attr(self, node: cst.Attribute) -> None:
        self._is_kept = True

    def leave_Attribute_attr(self, node: cst.Attribute) -> None:
        self._is_kept = False

    def visit_Arg_keyword(self, node: cst.Arg) -> None:
        self._is_kept = True

    def leave_Arg_keyword(self, node: cst.Arg) -> None:
        self._is_kept = False

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        made = None if self._is_kept else self._place(updated_node.value)
        return updated_node if made is None else made
