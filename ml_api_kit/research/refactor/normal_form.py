"""The same statement written in fewer ways, before the rules look for it.

df.loc[:, ["a", "b"]]              df[["a", "b"]]
df.drop("a", inplace=True)         df = df.drop("a")
del df["a"]                        df = df.drop(columns=["a"])
"""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.scope import subscript_key, text_of

_ALL_ROWS = m.SubscriptElement(m.Slice(lower=None, upper=None, step=None))
_TEXTS = m.SimpleString() | m.List([m.ZeroOrMore(m.Element(m.SimpleString()))])
_LOC = m.Subscript(
    value=m.Attribute(attr=m.Name("loc")),
    slice=[_ALL_ROWS, m.SubscriptElement(m.Index(_TEXTS))],
)
_METHODS = ("drop", "rename", "fillna", "replace", "reset_index")
_TRUE = m.Arg(keyword=m.Name("inplace"), value=m.Name("True"))
_IN_PLACE = m.Expr(
    m.Call(
        func=m.Attribute(value=m.Name(), attr=m.OneOf(*(m.Name(one) for one in _METHODS))),
        args=[m.ZeroOrMore(), _TRUE, m.ZeroOrMore()],
    )
)
_DELETED = m.Del(m.Subscript(value=m.Name()))


def in_normal_form(function: cst.FunctionDef) -> cst.FunctionDef:
    """The function with its statements in the form that the rules know."""
    return cst.ensure_type(function.visit(_Former()), cst.FunctionDef)


class _Former(cst.CSTTransformer):
    def leave_AssignTarget(
        self, original_node: cst.AssignTarget, updated_node: cst.AssignTarget
    ) -> cst.AssignTarget:
        # What is stored into by `loc` keeps its type: that is another statement.
        return original_node

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.Subscript:
        if not m.matches(updated_node, _LOC):
            return updated_node
        frame = cst.ensure_type(updated_node.value, cst.Attribute).value
        [key] = updated_node.slice[1:]
        return updated_node.with_changes(
            value=frame, slice=[key.with_changes(comma=cst.MaybeSentinel.DEFAULT)]
        )

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.BaseSmallStatement:
        if not m.matches(updated_node, _IN_PLACE):
            return updated_node
        call = cst.ensure_type(updated_node.value, cst.Call)
        frame = cst.ensure_type(cst.ensure_type(call.func, cst.Attribute).value, cst.Name)
        given = [one for one in call.args if not m.matches(one, _TRUE)]
        if given:
            given[-1] = given[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return cst.Assign([cst.AssignTarget(frame)], call.with_changes(args=given))

    def leave_Del(self, original_node: cst.Del, updated_node: cst.Del) -> cst.BaseSmallStatement:
        if not m.matches(updated_node, _DELETED):
            return updated_node
        target = cst.ensure_type(updated_node.target, cst.Subscript)
        key = subscript_key(target)
        if text_of(key) is None:
            return updated_node
        assert isinstance(key, cst.SimpleString)
        frame = cst.ensure_type(target.value, cst.Name)
        call = cst.parse_expression(f"{frame.value}.drop(columns=[{key.value}])")
        return cst.Assign([cst.AssignTarget(frame)], call)
