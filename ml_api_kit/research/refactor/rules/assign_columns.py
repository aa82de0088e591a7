"""`df.assign(a=...)`, `df.assign(a=lambda d: d["b"] * 2)`: columns added."""

from __future__ import annotations

import libcst as cst

from ml_api_kit.research.refactor.added_columns import Added, add_columns
from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import method
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, code_of, text_of
from ml_api_kit.research.refactor.substitution import put_in_place

LEAVES_ALONE = "columns from a dictionary that is not written in place."


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = method(node, "assign")
    if call is None or of.scope.kind(call.func.value) is not Kind.FRAME:
        return None
    columns = [one for argument in call.args for one in _added(argument, call)]
    return add_columns(call.func.value, columns, of)


def _added(argument: cst.Arg, call: cst.Call) -> list[Added]:
    """The columns of an argument: one, or those of `**{"a b": ...}`."""
    if argument.keyword is not None:
        return [_column(repr(argument.keyword.value), argument.value)]
    if argument.star != "**" or not isinstance(argument.value, cst.Dict):
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    elements = [one for one in argument.value.elements if isinstance(one, cst.DictElement)]
    names = [text_of(one.key) for one in elements]
    if len(elements) != len(argument.value.elements) or None in names:
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    return [_column(repr(name), one.value) for name, one in zip(names, elements, strict=True)]


def _column(name: str, value: cst.BaseExpression) -> Added:
    if isinstance(value, cst.Lambda) and len(value.params.params) == 1:
        parameter, body = value.params.params[0].name.value, value.body
        return Added(
            name, lambda table: put_in_place(body, {parameter: cst.Name(table)}), is_late=True
        )
    return Added(name, lambda _: value, is_late=False)
