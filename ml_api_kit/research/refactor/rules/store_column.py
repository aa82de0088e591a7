"""`df["a"] = ...`, `df.loc[mask, "a"] = ...`, `df[["a", "b"]] = ...`: columns stored."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.cells import cells_of
from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, code_of, subscript_key

LEAVES_ALONE = "single cells, and rows by their label."


def statement(node: cst.BaseSmallStatement, of: FrameTranslator) -> str | None:
    """The statement over rows; None where this is another idiom."""
    if isinstance(node, cst.AugAssign):
        node = _as_assignment(node)
    if not isinstance(node, cst.Assign) or len(node.targets) != 1:
        return None
    target = node.targets[0].target
    if not isinstance(target, cst.Subscript):
        return None
    if m.matches(target.value, m.Attribute(value=m.Name(), attr=m.Name("loc"))):
        return _masked(target, node.value, of)
    if not isinstance(target.value, cst.Name) or of.scope.kind(target.value) is not Kind.FRAME:
        return None
    name, key = target.value.value, subscript_key(target)
    if isinstance(key, cst.List):
        return _several(name, key, node.value, of)
    if not isinstance(key, cst.SimpleString | cst.Integer):
        return None
    return f"{name} = {_stored(name, code_of(key), node.value, of)}"


_OPERATORS: dict[type[cst.BaseAugOp], cst.BaseBinaryOp] = {
    cst.AddAssign: cst.Add(),
    cst.SubtractAssign: cst.Subtract(),
    cst.MultiplyAssign: cst.Multiply(),
    cst.DivideAssign: cst.Divide(),
    cst.FloorDivideAssign: cst.FloorDivide(),
    cst.ModuloAssign: cst.Modulo(),
    cst.PowerAssign: cst.Power(),
}


def _as_assignment(node: cst.AugAssign) -> cst.BaseSmallStatement:
    """`df["a"] += 1` as `df["a"] = df["a"] + 1`."""
    operator = _OPERATORS.get(type(node.operator))
    if operator is None or not isinstance(node.target, cst.Subscript):
        return node
    value = cst.BinaryOperation(node.target, operator, node.value)
    return cst.Assign([cst.AssignTarget(node.target)], value)


def _stored(name: str, key: str, value: cst.BaseExpression, of: FrameTranslator) -> str:
    if of.scope.kind(value) is Kind.ARRAY:
        return _from_array(name, f"[{key}]", of.expression(value), of)
    column = of.column()
    # The frame that is stored into comes first: its row is `row`.
    column.frames = [name]
    made = column.value(value)
    return f"[{{**row, {key}: {made}}} {column.over()}]"


def _masked(target: cst.Subscript, value: cst.BaseExpression, of: FrameTranslator) -> str | None:
    assert isinstance(target.value, cst.Attribute)
    frame = target.value.value
    assert isinstance(frame, cst.Name)
    if of.scope.kind(frame) is not Kind.FRAME or len(target.slice) != 2:
        return None
    mask, key = (one.slice for one in target.slice)
    if isinstance(key, cst.Index) and isinstance(key.value, cst.List):
        if isinstance(mask, cst.Index):
            return _masked_several(frame.value, mask.value, key.value, value, of)
        return _several(frame.value, key.value, value, of)
    if not isinstance(key, cst.Index) or not isinstance(key.value, cst.SimpleString):
        raise LeftAloneError(f"`{code_of(target)}`: {LEAVES_ALONE}")
    stored = code_of(key.value)
    if not isinstance(mask, cst.Index):
        return f"{frame.value} = {_stored(frame.value, stored, value, of)}"
    column = of.column()
    column.frames = [frame.value]
    test, made = column.value(mask.value), column.value(value)
    return (
        f"{frame.value} = [{{**row, {stored}: {made} if {test} else row.get({stored}, math.nan)}} "
        f"{column.over()}]"
    )


def _masked_several(
    name: str,
    mask: cst.BaseExpression,
    key: cst.List,
    value: cst.BaseExpression,
    of: FrameTranslator,
) -> str:
    """One value stored in several columns of the rows that a mask chooses."""
    if of.scope.kind(value) is not Kind.OTHER or isinstance(value, cst.List | cst.Tuple):
        raise LeftAloneError(f"`{code_of(value)}`: {LEAVES_ALONE}")
    column = of.column()
    column.frames = [name]
    test, made = column.value(mask), column.value(value)
    stored = f"{made} if {test} else row.get(name, math.nan)"
    return f"{name} = [{{**row, **{{name: {stored} for name in {code_of(key)}}}}} {column.over()}]"


def _several(name: str, key: cst.List, value: cst.BaseExpression, of: FrameTranslator) -> str:
    kind, columns = of.scope.kind(value), code_of(key)
    if kind is Kind.FRAME:
        found = cells_of(value, of)
        if found is not None and code_of(found.base) == f"{name}[{columns}]":
            # The columns are computed of themselves: no need to take them out and put them back.
            made = f"{{{found.name}: {found.value} for {found.name} in {columns}}}"
            return f"{name} = [{{**row, **{made}}} for row in {name}]"
        rows = of.expression(value)
        return (
            f"{name} = {_from_array(name, columns, f'[list(row.values()) for row in {rows}]', of)}"
        )
    if kind is not Kind.ARRAY:
        raise LeftAloneError(f"`{code_of(value)}` is no array of the columns")
    return f"{name} = {_from_array(name, columns, of.expression(value), of)}"


def _from_array(name: str, columns: str, values: str, of: FrameTranslator) -> str:
    of.scope.imports.add("ml_api_kit.preprocessing:put_columns")
    return f"put_columns({name}, {columns}, {values})"
