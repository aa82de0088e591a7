"""How a frame's columns come from the columns of the frame before it."""

from __future__ import annotations

import ast
from typing import Any

from ml_api_kit.research.record.tape import Event, Tape, Value

# fmt: off
_SAME_COLUMNS = frozenset(
    {
        "fillna", "replace", "astype", "clip", "round", "abs", "apply", "applymap", "map",
        "copy", "where", "mask", "interpolate", "ffill", "bfill", "sort_values",
        "sort_index", "reset_index", "set_index", "sample", "head", "tail", "dropna",
        "drop_duplicates", "query", "infer_objects", "convert_dtypes", "transform",
        "reindex",
    }
)
# fmt: on


def origins(event: Event, parent: Value, out: Value) -> dict[Any, set[Any]]:
    """For each column of `out` the columns of `parent` that it is made from."""
    assert parent.columns is not None
    assert out.columns is not None
    name = event.function.rpartition(".")[2]
    before, after = list(parent.columns), list(out.columns)
    if event.detail.get("selects") is parent or name in _SAME_COLUMNS:
        return {column: {column} & set(before) for column in after}
    if (
        name in ("rename", "set_axis", "add_prefix", "add_suffix")
        or event.kind == "store_attribute"
    ) and len(before) == len(after):
        return {new: {old} for old, new in zip(before, after, strict=True)}
    if name == "get_dummies":
        return dummy_origins(before, after)
    if name in ("assign", "concat", "insert", "join", "merge"):
        return {column: {column} & set(before) for column in after}
    if event.kind in ("store", "delete", "inplace"):
        return {column: {column} & set(before) for column in after}
    return {column: set(before) for column in after}


def dummy_origins(before: list[Any], after: list[Any]) -> dict[Any, set[Any]]:
    """For each column of a one-hot encoded frame the column it was made from."""
    found: dict[Any, set[Any]] = {}
    for column in after:
        if column in before:
            found[column] = {column}
            continue
        owners = [old for old in before if str(column).startswith(f"{old}_")]
        found[column] = {max(owners, key=lambda old: len(str(old)))} if owners else set(before)
    return found


def read_columns(tape: Tape, event: Event, parent: Value) -> set[Any] | None:
    """The columns of a frame that an expression reads; None where it may read all of them."""
    node = tape.expressions[event.node]
    out = event.output
    if isinstance(node, ast.Attribute) and parent.columns and node.attr in parent.columns:
        return {node.attr}
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return _named_in(node, parent)
    if isinstance(node, ast.Subscript) and out is not None and event.kind == "seen":
        key = event.detail.get("key")
        if isinstance(key, str | int) and parent.columns and key in parent.columns:
            return {key}
        if out.is_series and parent.columns and out.name in parent.columns:
            return {out.name}
    return None


def _named_in(node: ast.AST, parent: Value) -> set[Any] | None:
    """The columns that a comprehension takes of a frame; None where it takes the frame itself."""
    named: set[Any] = set()
    inner = set()
    for one in ast.walk(node):
        if not isinstance(one, ast.Subscript | ast.Attribute) or not isinstance(
            one.value, ast.Name
        ):
            continue
        if one.value.id not in parent.variables:
            continue
        key = one.attr if isinstance(one, ast.Attribute) else one.slice
        named.add(key.value if isinstance(key, ast.Constant) else key)
        inner.add(one.value)
    whole = [
        one
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and one.id in parent.variables and one not in inner
    ]
    return named if not whole and named <= set(parent.columns or ()) else None
