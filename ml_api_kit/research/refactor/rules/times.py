"""`df["when"].dt.year` and the other parts of a time."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator

LEAVES_ALONE = "time zones, periods and rounding."

_PARTS = {"year", "month", "day", "hour", "minute", "second", "microsecond"}
_MADE = {
    "dayofweek": "when.weekday()",
    "day_of_week": "when.weekday()",
    "weekday": "when.weekday()",
    "dayofyear": "when.timetuple().tm_yday",
    "day_of_year": "when.timetuple().tm_yday",
    "quarter": "(when.month + 2) // 3",
}


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if not m.matches(node, m.Attribute(value=m.Attribute(attr=m.Name("dt")))):
        return None
    assert isinstance(node, cst.Attribute)
    assert isinstance(node.value, cst.Attribute)
    name = node.attr.value
    made = f"when.{name}" if name in _PARTS else _MADE.get(name)
    if made is None:
        return None
    of.scope.imports.add("ml_api_kit.preprocessing:for_time")
    return f"for_time(lambda when: {made}, {of.value(node.value.value)})"
