"""`df["a"].astype(int)`, `df.astype({"a": float})`, `pd.to_numeric`, `pd.to_datetime`."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import method, pandas_call, single
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of, text_of

LEAVES_ALONE = "types other than whole numbers, floats, texts, booleans and categories."

_SHORT = {"'float32'", "np.float32"}
_TYPES = {
    "int": "int64",
    "'int'": "int64",
    "'int64'": "int64",
    "'Int64'": "int64",
    "'int32'": "int64",
    "np.int64": "int64",
    "np.int32": "int64",
    "'int8'": "int64",
    "np.int8": "int64",
    "'uint8'": "int64",
    "float": "float64",
    "'float'": "float64",
    "'float64'": "float64",
    "np.float64": "float64",
    "str": "str",
    "'str'": "str",
    "bool": "bool",
    "'bool'": "bool",
    "'category'": "object",
    "object": "object",
    "'object'": "object",
    "'O'": "object",
}


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    call = method(node, "astype")
    if call is not None:
        given = single(call, "dtype")
        value = of.value(call.func.value)
        return _converted(given, value, of.scope.imports, call)
    numeric = pandas_call(node, "to_numeric")
    if numeric is not None:
        placed, named = arguments(numeric)
        of.scope.imports.add("ml_api_kit.preprocessing:to_number")
        if set(named) - {"errors", "downcast"} or len(placed) != 1:
            raise LeftAloneError(f"`{code_of(numeric)}`: {LEAVES_ALONE}")
        return f"to_number({of.value(placed[0])}{_leniency(named)})"
    timed = pandas_call(node, "to_datetime")
    if timed is not None:
        placed, named = arguments(timed)
        of.scope.imports.add("ml_api_kit.preprocessing:to_time")
        if set(named) - {"format", "errors"} or not placed:
            raise LeftAloneError(f"`{code_of(timed)}`: {LEAVES_ALONE}")
        options = f", {code_of(named['format'])}" if "format" in named else ""
        options += _leniency(named)
        return f"to_time({of.value(placed[0])}{options})"
    return None


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = method(node, "astype")
    if call is None or of.scope.kind(call.func.value) is not Kind.FRAME:
        return None
    given = single(call, "dtype")
    if given is not None and code_of(given).replace('"', "'") in _SHORT:
        return None
    rows = of.expression(call.func.value)
    of.scope.imports.add("ml_api_kit.preprocessing:to_type")
    if isinstance(given, cst.Dict):
        stored = ", ".join(
            f"{code_of(one.key)}: to_type(row[{code_of(one.key)}], {_type(one.value, call)!r})"
            for one in given.elements
            if isinstance(one, cst.DictElement)
        )
        return f"[{{**row, {stored}}} for row in {rows}]"
    return (
        f"[{{name: to_type(value, {_type(given, call)!r}) for name, value in row.items()}} "
        f"for row in {rows}]"
    )


def _leniency(named: dict[str, cst.BaseExpression]) -> str:
    """The option for what spells nothing: an error, or missing."""
    if "errors" not in named or text_of(named["errors"]) == "raise":
        return ""
    if text_of(named["errors"]) == "coerce":
        return ", is_strict=False"
    raise LeftAloneError(f"errors={code_of(named['errors'])} gives texts and numbers in one column")


def _converted(
    given: cst.BaseExpression | None, value: str, imports: set[str], call: cst.Call
) -> str:
    if given is not None and code_of(given).replace('"', "'") in _SHORT:
        # The model sees the number as rounded as the research code's was.
        return f"np.float32({value})"
    kind = _type(given, call)
    if kind == "object":
        return value
    imports.add("ml_api_kit.preprocessing:to_type")
    return f"to_type({value}, {kind!r})"


def _type(given: cst.BaseExpression | None, call: cst.Call) -> str:
    if given is not None:
        if m.matches(given, m.Call(func=m.Attribute(attr=m.Name("CategoricalDtype")))):
            return "object"
        found = _TYPES.get(code_of(given).replace('"', "'"))
        if found is not None:
            return found
    raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
