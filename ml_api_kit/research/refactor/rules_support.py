"""What the rules ask of an expression."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.scope import arguments


class MethodCall(cst.Call):
    """A call whose function is an attribute; for the types alone."""

    func: cst.Attribute


def method(node: cst.BaseExpression, name: str) -> MethodCall | None:
    """The expression where it calls the method `name` of something other than pandas itself."""
    if m.matches(node, m.Call(func=m.Attribute(attr=m.Name(name)))) and not m.matches(
        node, m.Call(func=m.Attribute(value=m.Name("pd") | m.Name("np")))
    ):
        return node  # type: ignore[return-value]
    return None


def pandas_call(node: cst.BaseExpression, name: str) -> cst.Call | None:
    """The expression where it calls `pd.name`."""
    if m.matches(node, m.Call(func=m.Attribute(value=m.Name("pd"), attr=m.Name(name)))):
        assert isinstance(node, cst.Call)
        return node
    return None


def single(call: cst.Call, *names: str) -> cst.BaseExpression | None:
    """The one argument of a call, placed or by one of its names; None where there are others."""
    placed, named = arguments(call)
    named.pop("inplace", None)
    if len(placed) == 1 and not named:
        return placed[0]
    if not placed and len(named) == 1 and next(iter(named)) in names:
        return next(iter(named.values()))
    return None


def is_nothing(node: cst.BaseExpression) -> bool:
    """Whether an expression is a missing value: `np.nan`, `None`, `pd.NA`, `math.nan`."""
    named = m.Attribute(
        value=m.Name("np") | m.Name("pd") | m.Name("math"),
        attr=m.OneOf(*(m.Name(one) for one in ("nan", "NaN", "NAN", "NA", "NaT"))),
    )
    return m.matches(node, named | m.Name("None"))
