"""`df["a"].replace(...)`, `df.replace({"a": {...}})`: values replaced by others."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import is_nothing, method
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "regular expressions, limits, and missing values among others."


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    call = method(node, "replace")
    if call is None or of.scope.kind(call.func.value) is not Kind.COLUMN:
        return None
    if isinstance(call.func.value, cst.Attribute) and call.func.value.attr.value == "str":
        return None
    placed, named = arguments(call)
    value = of.value(call.func.value)
    old, new = _old_and_new(call, placed, named)
    if is_nothing(old) and new is not None:
        of.scope.imports.add("ml_api_kit.preprocessing:filled")
        return f"filled({value}, {of.value(new)})"
    of.scope.imports.add("ml_api_kit.preprocessing:replaced")
    return f"replaced({value}, {_table(old, new)})"


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = method(node, "replace")
    if call is None or of.scope.kind(call.func.value) is not Kind.FRAME:
        return None
    placed, named = arguments(call)
    old, new = _old_and_new(call, placed, named)
    rows = of.expression(call.func.value)
    if is_nothing(old) and new is not None:
        of.scope.imports.add("ml_api_kit.preprocessing:fill_missing")
        return f"fill_missing({rows}, {code_of(new)})"
    of.scope.imports.add("ml_api_kit.preprocessing:replaced")
    if new is None and isinstance(old, cst.Dict) and _is_nested(old):
        stored = ", ".join(
            f"{code_of(one.key)}: replaced(row[{code_of(one.key)}], {code_of(one.value)})"
            for one in old.elements
            if isinstance(one, cst.DictElement)
        )
        return f"[{{**row, {stored}}} for row in {rows}]"
    return (
        f"[{{name: replaced(value, {_table(old, new)}) for name, value in row.items()}} "
        f"for row in {rows}]"
    )


def _old_and_new(
    call: cst.Call, placed: list[cst.BaseExpression], named: dict[str, cst.BaseExpression]
) -> tuple[cst.BaseExpression, cst.BaseExpression | None]:
    old = placed[0] if placed else named.pop("to_replace", None)
    new = placed[1] if len(placed) > 1 else named.pop("value", None)
    if old is None or set(named) - {"inplace"}:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    keys = (
        [one.key for one in old.elements if isinstance(one, cst.DictElement)]
        if isinstance(old, cst.Dict)
        else []
    )
    listed = [one.value for one in old.elements] if isinstance(old, cst.List | cst.Tuple) else []
    if any(is_nothing(one) for one in (*keys, *listed)) or (is_nothing(old) and new is None):
        # NaN is no key: no NaN is equal to another.
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    return old, new


def _is_nested(table: cst.Dict) -> bool:
    values = [one.value for one in table.elements if isinstance(one, cst.DictElement)]
    return bool(values) and all(isinstance(one, cst.Dict) for one in values)


def _table(old: cst.BaseExpression, new: cst.BaseExpression | None) -> str:
    """The table from old values to new ones."""
    if new is None:
        return code_of(old)
    if isinstance(old, cst.List | cst.Tuple):
        if isinstance(new, cst.List | cst.Tuple):
            return f"dict(zip({code_of(old)}, {code_of(new)}, strict=True))"
        return f"dict.fromkeys({code_of(old)}, {code_of(new)})"
    return f"{{{code_of(old)}: {code_of(new)}}}"
