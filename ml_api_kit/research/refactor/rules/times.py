"""`df["when"].dt.year`, `.dt.day_name()`, `.dt.strftime("%H")`: parts of each time."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.scope import arguments, code_of

LEAVES_ALONE = "time zones, periods and rounding."

_PARTS = {"year", "month", "day", "hour", "minute", "second", "microsecond"}
_MADE = {
    "dayofweek": "when.weekday()",
    "day_of_week": "when.weekday()",
    "weekday": "when.weekday()",
    "dayofyear": "when.timetuple().tm_yday",
    "day_of_year": "when.timetuple().tm_yday",
    "quarter": "(when.month + 2) // 3",
    "days_in_month": "calendar.monthrange(when.year, when.month)[1]",
    "daysinmonth": "calendar.monthrange(when.year, when.month)[1]",
    "date": "when.date()",
    "time": "when.time()",
}
_TESTS = {
    "is_leap_year": "calendar.isleap(when.year)",
    "is_month_start": "when.day == 1",
    "is_month_end": "when.day == calendar.monthrange(when.year, when.month)[1]",
    "is_year_start": "(when.month, when.day) == (1, 1)",
    "is_year_end": "(when.month, when.day) == (12, 31)",
}
_CALLED = {
    "day_name": "calendar.day_name[when.weekday()]",
    "month_name": "calendar.month_name[when.month]",
    "normalize": "when.replace(hour=0, minute=0, second=0, microsecond=0)",
}
_OF_ISO_CALENDAR = {"year", "week", "day"}

_ACCESSOR = m.Attribute(attr=m.Name("dt"))


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if m.matches(node, m.Attribute(value=m.Call(func=m.Attribute(value=_ACCESSOR)))):
        return _iso_calendar(cst.ensure_type(node, cst.Attribute), of)
    if m.matches(node, m.Call(func=m.Attribute(value=_ACCESSOR))):
        call = cst.ensure_type(node, cst.Call)
        made = _called(call)
        accessed = cst.ensure_type(call.func, cst.Attribute)
    elif m.matches(node, m.Attribute(value=_ACCESSOR)):
        accessed = cst.ensure_type(node, cst.Attribute)
        name = accessed.attr.value
        made = f"when.{name}" if name in _PARTS else _MADE.get(name) or _TESTS.get(name)
    else:
        return None
    if made is None:
        return None
    missing = ", missing=False" if accessed.attr.value in _TESTS else ""
    return _for_time(made, accessed, of, missing)


def _called(call: cst.Call) -> str | None:
    accessed = cst.ensure_type(call.func, cst.Attribute)
    placed, named = arguments(call)
    if accessed.attr.value == "strftime" and len(placed) == 1 and not named:
        return f"when.strftime({code_of(placed[0])})"
    return _CALLED.get(accessed.attr.value) if not placed and not named else None


def _iso_calendar(node: cst.Attribute, of: ColumnTranslator) -> str | None:
    """`.dt.isocalendar().week`."""
    accessed = cst.ensure_type(cst.ensure_type(node.value, cst.Call).func, cst.Attribute)
    name = node.attr.value
    if accessed.attr.value != "isocalendar" or name not in _OF_ISO_CALENDAR:
        return None
    part = "weekday" if name == "day" else name
    return _for_time(f"when.isocalendar().{part}", accessed, of, "")


def _for_time(made: str, accessed: cst.Attribute, of: ColumnTranslator, missing: str) -> str:
    of.scope.imports.add("ml_api_kit.preprocessing:for_time")
    value = of.value(cst.ensure_type(accessed.value, cst.Attribute).value)
    return f"for_time(lambda when: {made}, {value}{missing})"
