"""`df.to_numpy()`, `df.values`, `np.array(df)`, `pd.DataFrame(array, columns=...)`."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.rules_support import method, pandas_call
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, arguments, code_of

LEAVES_ALONE = "a frame's index."


def frame(node: cst.BaseExpression, of: FrameTranslator) -> str | None:
    """The expression over rows; None where this is another idiom."""
    call = pandas_call(node, "DataFrame")
    if call is not None:
        return _framed(call, of)
    inner, dtype = _array_of(node, of)
    if inner is not None:
        return _array(inner, dtype, of)
    if isinstance(node, cst.Call) and of.scope.kind(node) is Kind.ARRAY:
        return _called(node, of)
    return None


def _array_of(
    node: cst.BaseExpression, of: FrameTranslator
) -> tuple[cst.BaseExpression | None, str]:
    """What an expression makes an array of, and the array's type."""
    is_table = (Kind.FRAME, Kind.COLUMN)
    if m.matches(node, m.Attribute(attr=m.Name("values"))):
        assert isinstance(node, cst.Attribute)
        return (node.value, "") if of.scope.kind(node.value) in is_table else (None, "")
    call = method(node, "to_numpy")
    if call is not None and of.scope.kind(call.func.value) in is_table:
        dtype = arguments(call)[1].get("dtype")
        return call.func.value, "" if dtype is None else code_of(dtype)
    if m.matches(node, m.Call(func=m.Attribute(value=m.Name("np")))):
        assert isinstance(node, cst.Call)
        placed, named = arguments(node)
        name = code_of(node.func)
        if name in ("np.array", "np.asarray") and of.scope.kind(placed[0]) in is_table:
            return placed[0], code_of(named["dtype"]) if "dtype" in named else ""
    return None, ""


def _array(inner: cst.BaseExpression, dtype: str, of: FrameTranslator) -> str:
    option = f", dtype={dtype}" if dtype else ""
    made = of.expression(inner)
    if of.scope.kind(inner) is Kind.COLUMN:
        return f"np.array({made}{option})"
    if made.startswith("select_columns(") and isinstance(inner, cst.Subscript):
        listed = inner.slice[0].slice
        assert isinstance(listed, cst.Index)
        rows = of.expression(inner.value)
        names = code_of(listed.value)
        return f"np.array([[row[name] for name in {names}] for row in {rows}]{option})"
    return f"np.array([list(row.values()) for row in {made}]{option})"


def _framed(call: cst.Call, of: FrameTranslator) -> str:
    placed, named = arguments(call)
    if set(named) - {"columns", "data", "index"} or (not placed and "data" not in named):
        raise LeftAloneError(f"`{code_of(call)}`: {LEAVES_ALONE}")
    data = placed[0] if placed else named["data"]
    columns = placed[2] if len(placed) > 2 else named.get("columns")
    if of.scope.kind(data) is not Kind.ARRAY:
        raise LeftAloneError(f"`{code_of(call)}` makes a frame of what is no array")
    values = of.expression(data)
    names = code_of(columns) if columns is not None else f"range(len({values}[0]))"
    is_flat = isinstance(columns, cst.List) and len(columns.elements) == 1
    given = f"{values}.reshape(-1, 1).tolist()" if is_flat else f"{values}.tolist()"
    return f"[dict(zip({names}, row, strict=True)) for row in {given}]"


def _called(node: cst.Call, of: FrameTranslator) -> str | None:
    """A method of an estimator or an array, with its arguments rewritten."""
    if not isinstance(node.func, cst.Attribute):
        return None
    function = code_of(node.func)
    receiver = of.scope.kind(node.func.value)
    if receiver in (Kind.FRAME, Kind.COLUMN):
        return None
    if receiver is Kind.ARRAY:
        function = f"{of.expression(node.func.value)}.{node.func.attr.value}"
    if node.func.attr.value in ("transform", "predict", "predict_proba"):
        given = [_matrix(one.value, of) for one in node.args]
    else:
        given = [
            (f"{one.keyword.value}=" if one.keyword else "") + of.expression(one.value)
            for one in node.args
        ]
    return f"{function}({', '.join(given)})"


def _matrix(node: cst.BaseExpression, of: FrameTranslator) -> str:
    """What an estimator is given: a matrix in place of a frame, a list in place of a column."""
    if of.scope.kind(node) is Kind.FRAME:
        return f"[list(row.values()) for row in {of.expression(node)}]"
    return of.expression(node)
