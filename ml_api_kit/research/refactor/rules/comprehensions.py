"""`[f(a, b) for a, b in zip(df["a"], df["b"])]`, `list(map(f, df["a"]))`: columns by a loop."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.rules_support import pandas_call
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of
from ml_api_kit.research.refactor.substitution import applied

LEAVES_ALONE = "comprehensions with conditions or over anything but columns, which lose rows."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if isinstance(node, cst.ListComp):
        return _comprehension(node, of)
    series = pandas_call(node, "Series")
    if series is not None and len(series.args) == 1:
        inner = series.args[0].value
        return _comprehension(inner, of) if isinstance(inner, cst.ListComp) else None
    mapped = _mapped(node)
    if mapped is not None:
        function, *columns = mapped
        if any(of.scope.kind(one) is not Kind.COLUMN for one in columns):
            raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
        called = f"({code_of(function)})" if isinstance(function, cst.Lambda) else code_of(function)
        return f"{called}({', '.join(of.value(one) for one in columns)})"
    listed = m.Call(func=m.Attribute(attr=m.Name("tolist") | m.Name("to_list")), args=[])
    if m.matches(node, listed):
        inner = cst.ensure_type(cst.ensure_type(node, cst.Call).func, cst.Attribute).value
        return of.value(inner) if of.scope.kind(inner) is Kind.COLUMN else None
    return None


def _mapped(node: cst.BaseExpression) -> list[cst.BaseExpression] | None:
    """The function and the columns of `list(map(function, column))`."""
    mapping = m.Call(func=m.Name("map"))
    if not m.matches(node, m.Call(func=m.Name("list"), args=[m.Arg(mapping)])):
        return None
    inner = cst.ensure_type(cst.ensure_type(node, cst.Call).args[0].value, cst.Call)
    placed, _ = arguments(inner)
    return placed


def _comprehension(node: cst.ListComp, of: ColumnTranslator) -> str:
    node = _over_columns(node)
    clause = node.for_in
    columns = _columns(clause.iter)
    names = _names(clause.target)
    is_plain = not clause.ifs and clause.inner_for_in is None and len(names) == len(columns)
    is_over_columns = all(of.scope.kind(one) is Kind.COLUMN for one in columns)
    free = [one for one in m.findall(node.elt, m.Name()) if isinstance(one, cst.Name)]
    reads_more = any(
        of.scope.kind(one) in (Kind.FRAME, Kind.COLUMN) for one in free if one.value not in names
    )
    if not is_plain or not is_over_columns or reads_more:
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    return applied(names, node.elt, [of.value(one) for one in columns])


def _columns(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if m.matches(node, m.Call(func=m.Name("zip"))):
        return arguments(cst.ensure_type(node, cst.Call))[0]
    return [node]


def _over_columns(node: cst.ListComp) -> cst.ListComp:
    """`[f(df["a"][i]) for i in range(len(df))]` and `df.iterrows()`, as a loop over columns."""
    if m.matches(node.for_in, _BY_ROW):
        loop = cst.ensure_type(node.for_in.iter, cst.Call)
        frame = cst.ensure_type(loop.func, cst.Attribute).value
        pair = cst.ensure_type(node.for_in.target, cst.Tuple)
        name = code_of(pair.elements[1].value)
        read = m.Subscript(value=m.Name(name), slice=[m.SubscriptElement(m.Index())])
    elif m.matches(node.for_in, _BY_PLACE):
        frame, name = None, code_of(node.for_in.target)
        read = m.Subscript(value=_COLUMN, slice=[m.SubscriptElement(m.Index(m.Name(name)))])
    else:
        return node
    columns: list[cst.BaseExpression] = []

    def named(found: cst.CSTNode, _: object) -> cst.CSTNode:
        value = cst.ensure_type(found, cst.Subscript)
        columns.append(value.value if frame is None else value.with_changes(value=frame))
        return cst.Name(f"value_{len(columns) - 1}")

    body = m.replace(node.elt, read, named)
    assert isinstance(body, cst.BaseExpression)
    if not columns or m.findall(body, m.Name(name)):
        return node
    names = [cst.Element(cst.Name(f"value_{place}")) for place in range(len(columns))]
    zipped = cst.Call(cst.Name("zip"), [cst.Arg(one) for one in columns])
    return cst.ListComp(body, cst.CompFor(cst.Tuple(names), zipped))


_COLUMN = m.Subscript() | m.Attribute(value=m.Name())
_BY_ROW = m.CompFor(
    target=m.Tuple([m.Element(m.Name()), m.Element(m.Name())]),
    iter=m.Call(func=m.Attribute(value=m.Name(), attr=m.Name("iterrows")), args=[]),
)
_LENGTH = m.Call(func=m.Name("len"), args=[m.Arg()])
_BY_PLACE = m.CompFor(
    target=m.Name(),
    iter=m.Call(
        func=m.Name("range"),
        args=[m.Arg(_LENGTH)],
    )
    | m.Call(func=m.Name("range"), args=[m.Arg(m.Integer("0")), m.Arg(_LENGTH)]),
)


def _names(node: cst.BaseExpression) -> list[str]:
    listed = node.elements if isinstance(node, cst.Tuple | cst.List) else None
    names = [one.value for one in listed] if listed is not None else [node]
    return [one.value for one in names if isinstance(one, cst.Name)]
