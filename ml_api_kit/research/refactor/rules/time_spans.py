"""`(df["a"] - df["b"]).dt.days`, `df["a"] > pd.Timestamp(...)`: times compared, taken away."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.rules_support import pandas_call, single
from ml_api_kit.research.refactor.scope import (
    LeftAloneError,
    arguments,
    code_of,
    subscript_key,
    text_of,
)

LEAVES_ALONE = "nanoseconds, months and years, which are no fixed spans."

_PARTS = {"days": "days", "seconds": "seconds", "microseconds": "microseconds"}
_ACCESSOR = m.Attribute(attr=m.Name("dt"))
_PART = m.Attribute(value=_ACCESSOR, attr=m.OneOf(*(m.Name(one) for one in _PARTS)))
_TOTAL = m.Call(func=m.Attribute(value=_ACCESSOR, attr=m.Name("total_seconds")), args=[])
_SPAN = m.Call(func=m.Attribute(value=m.Name("np"), attr=m.Name("timedelta64")))
#: The units of a span, by how numpy and pandas abbreviate them.
_UNITS = {
    "W": "weeks",
    "D": "days",
    "d": "days",
    "h": "hours",
    "m": "minutes",
    "min": "minutes",
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
}
_NAMED = set(_UNITS.values())


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if m.matches(node, _PART):
        part = cst.ensure_type(node, cst.Attribute)
        accessor = cst.ensure_type(part.value, cst.Attribute)
        return _of_span(f".{part.attr.value}", accessor.value, of)
    if m.matches(node, _TOTAL):
        function = cst.ensure_type(cst.ensure_type(node, cst.Call).func, cst.Attribute)
        accessor = cst.ensure_type(function.value, cst.Attribute)
        return _of_span(".total_seconds()", accessor.value, of)
    span = _span(node)
    if span is not None:
        return span
    timestamp = _timestamp(node)
    if timestamp is not None and not of.scope.reads_table(timestamp):
        return _time(timestamp, of)
    if isinstance(node, cst.BinaryOperation):
        return _calculated(node, of)
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        return _compared(node, of)
    return None


def _of_span(part: str, node: cst.BaseExpression, of: ColumnTranslator) -> str:
    of.scope.imports.add("ml_api_kit.preprocessing:for_time")
    if m.matches(node, m.BinaryOperation(operator=m.Subtract())):
        taken = cst.ensure_type(node, cst.BinaryOperation)
        left, right = of.value(taken.left), of.value(taken.right)
        return f"for_time(lambda when, other: (when - other){part}, {left}, {right})"
    return f"for_time(lambda span: span{part}, {of.value(node)})"


def _span(node: cst.BaseExpression) -> str | None:
    """`np.timedelta64(1, "D")` and `pd.Timedelta(days=1)` as Python's own span."""
    pandas = pandas_call(node, "Timedelta")
    if pandas is None and not m.matches(node, _SPAN):
        return None
    placed, named = arguments(cst.ensure_type(node, cst.Call))
    unit = _UNITS.get(text_of(placed[1]) or "") if len(placed) == 2 else None
    if unit is None and "unit" in named and len(placed) == 1:
        unit = _UNITS.get(text_of(named.pop("unit")) or "")
    if unit is not None and not named:
        return f"timedelta({unit}={code_of(placed[0])})"
    if pandas is not None and not placed and named and set(named) <= _NAMED:
        return f"timedelta({', '.join(f'{name}={code_of(one)}' for name, one in named.items())})"
    raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")


def _timestamp(node: cst.BaseExpression) -> cst.Call | None:
    """The expression where it calls what makes a time of a text."""
    if m.matches(node, m.Call(func=m.Attribute(value=m.Name("np"), attr=m.Name("datetime64")))):
        return cst.ensure_type(node, cst.Call)
    return pandas_call(node, "Timestamp") or pandas_call(node, "to_datetime")


def _time(call: cst.Call, of: ColumnTranslator) -> str:
    given = single(call, "ts_input", "arg")
    if given is None:
        raise LeftAloneError(f"`{code_of(call)}` is given more than a text")
    of.scope.imports.add("ml_api_kit.preprocessing:to_time")
    return f"to_time({code_of(given)})"


def _calculated(node: cst.BinaryOperation, of: ColumnTranslator) -> str | None:
    is_span = _is_span(node.right) or _is_span(node.left)
    is_time = _is_time(node.left, of) or _is_time(node.right, of)
    by_span = isinstance(node.operator, cst.Divide | cst.FloorDivide) and _is_span(node.right)
    if by_span or (isinstance(node.operator, cst.Add | cst.Subtract) and (is_span or is_time)):
        of.scope.imports.add("ml_api_kit.preprocessing:for_time")
        left, right = of.value(node.left), of.value(node.right)
        operator = code_of(node.operator).strip()
        return f"for_time(lambda when, other: when {operator} other, {left}, {right})"
    return None


def _compared(node: cst.Comparison, of: ColumnTranslator) -> str | None:
    """A comparison of times; a missing one differs from all, and is neither before nor after."""
    [target] = node.comparisons
    sides = (node.left, target.comparator)
    if not any(_is_time(one, of) for one in sides) or not isinstance(
        target.operator,
        cst.Equal
        | cst.NotEqual
        | cst.LessThan
        | cst.LessThanEqual
        | cst.GreaterThan
        | cst.GreaterThanEqual,
    ):
        return None
    of.scope.imports |= {"ml_api_kit.preprocessing:for_time"}
    left, right = (_as_time(one, of) for one in sides)
    missing = isinstance(target.operator, cst.NotEqual)
    operator = code_of(target.operator).strip()
    return (
        f"for_time(lambda when, other: when {operator} other, {left}, {right}, missing={missing})"
    )


def _as_time(node: cst.BaseExpression, of: ColumnTranslator) -> str:
    if text_of(node) is None:
        return of.value(node)
    of.scope.imports.add("ml_api_kit.preprocessing:to_time")
    return f"to_time({code_of(node)})"


def _is_span(node: cst.BaseExpression) -> bool:
    return pandas_call(node, "Timedelta") is not None or m.matches(node, _SPAN)


def _is_time(node: cst.BaseExpression, of: ColumnTranslator) -> bool:
    if _timestamp(node) is not None:
        return True
    if isinstance(node, cst.Subscript):
        return text_of(subscript_key(node)) in of.scope.times
    return isinstance(node, cst.Attribute) and node.attr.value in of.scope.times
