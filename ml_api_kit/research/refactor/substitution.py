"""Expressions put in place of the names of an expression."""

from __future__ import annotations

from collections.abc import Mapping

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
    body: cst.BaseExpression, places: Mapping[str, cst.BaseExpression]
) -> cst.BaseExpression:
    """The body with expressions in place of its names; names of attributes and options stay."""
    made = body.visit(_Placed(dict(places)))
    assert isinstance(made, cst.BaseExpression)
    return made


class _Placed(cst.CSTTransformer):
    """Puts expressions in place of names."""

    def __init__(self, places: dict[str, cst.BaseExpression]) -> None:
        self._places = places
        self._kept = places

    def visit_Attribute_attr(self, node: cst.Attribute) -> None:
        self._places, self._kept = {}, self._places

    def leave_Attribute_attr(self, node: cst.Attribute) -> None:
        self._places = self._kept

    def visit_Arg_keyword(self, node: cst.Arg) -> None:
        self._places, self._kept = {}, self._places

    def leave_Arg_keyword(self, node: cst.Arg) -> None:
        self._places = self._kept

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self._places.get(updated_node.value, updated_node)
