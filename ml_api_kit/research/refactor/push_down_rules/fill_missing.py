"""`df["a"] = df["a"].fillna(0)`, `df.fillna({"a": 0})`: missing values filled by the query."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.push_down.masks import literal
from ml_api_kit.research.refactor.push_down.select import Select
from ml_api_kit.research.refactor.push_down.step import Step

LEAVES_ALONE = (
    "values that are computed, one value for all columns, values of another type than the "
    "column's, and tables whose schema cannot be read."
)
DROPS_ROWS = False
_TYPES: dict[str, tuple[type, ...]] = {
    "INT64": (int,),
    "FLOAT64": (int, float),
    "STRING": (str,),
    "BOOL": (bool,),
}


def move(step: Step, query: Select) -> Select | None:
    """The query with the values; None where this is another operation."""
    match step.node:
        case ast.Assign(
            targets=[ast.Subscript() as target],
            value=ast.Call(func=ast.Attribute(value=source, attr="fillna"), args=[value]),
        ):
            column = step.column_of(target)
            if column is None or column != step.column_of(source) or step.node.value.keywords:  # type: ignore[attr-defined]
                return None
            return _filled(step, query, column, value)
    call = step.method("fillna")
    if call is None:
        return None
    match call:
        case ast.Call(args=[ast.Dict() as values], keywords=[]):
            pass
        case ast.Call(args=[], keywords=[ast.keyword(arg="value", value=ast.Dict() as values)]):
            pass
        case _:
            raise step.left("it fills by more than a mapping of columns that is written here")
    for key, value in zip(values.keys, values.values, strict=True):
        query = _filled(step, query, step.text_of(key), value)
    return query


def _filled(step: Step, query: Select, column: str, node: ast.expr) -> Select:
    try:
        value = ast.literal_eval(node)
    except ValueError as error:
        raise step.left("the value is computed") from error
    type_name, made = query.type_of(column), query.expression(column)
    if type(value) not in _TYPES.get(type_name, ()):
        raise step.left(f"{column!r} is {type_name}, and is filled with {value!r}")
    if type_name == "FLOAT64":
        filled = f"IF({made} IS NULL OR IS_NAN({made}), {literal(value)}, {made})"
    else:
        filled = f"IFNULL({made}, {literal(value)})"
    return query.with_expression(column, filled)
