"""`df.columns = [...]`, `df.set_axis([...], axis=1)`, `df.add_prefix("p_")`: columns renamed."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import method, single
from ml_api_kit.research.refactor.scope import (
    Kind,
    LeftAloneError,
    arguments,
    code_of,
    is_along_rows,
    text_of,
)

LEAVES_ALONE = "names that are made of the names that a frame has."


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = method(node, "set_axis")
    if call is not None and of.scope.kind(call.func.value) is Kind.FRAME:
        placed, _ = arguments(call)
        if len(placed) != 1 or not is_along_rows(call) or not isinstance(placed[0], cst.List):
            raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
        return _renamed(of.expression(call.func.value), placed[0])
    for name in ("add_prefix", "add_suffix"):
        call = method(node, name)
        if call is not None and of.scope.kind(call.func.value) is Kind.FRAME:
            given = text_of(single(call, "prefix", "suffix"))
            if given is None:
                raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
            made = f"{given!r} + name" if name == "add_prefix" else f"name + {given!r}"
            rows = of.expression(call.func.value)
            return f"[{{{made}: value for name, value in row.items()}} for row in {rows}]"
    return None


def statement(node: cst.BaseSmallStatement, of: FrameTranslator) -> str | None:
    """The statement over rows; None where this is another idiom."""
    stored = m.Attribute(value=m.Name(), attr=m.Name("columns"))
    if not m.matches(node, m.Assign(targets=[m.AssignTarget(stored)])):
        return None
    assigned = cst.ensure_type(node, cst.Assign)
    target = cst.ensure_type(assigned.targets[0].target, cst.Attribute).value
    if of.scope.kind(target) is not Kind.FRAME:
        return None
    if not isinstance(assigned.value, cst.List):
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    return f"{code_of(target)} = {_renamed(code_of(target), assigned.value)}"


def _renamed(rows: str, names: cst.List) -> str:
    return f"[dict(zip({code_of(names)}, row.values(), strict=True)) for row in {rows}]"
