"""What a store into a frame names: columns by themselves, through `loc`, or by their place."""

from __future__ import annotations

import ast
from typing import Any

from ml_api_kit.research.record.tape import Event, Tape

STORES = ("store", "store_attribute")
STATE_CHANGES = (*STORES, "delete", "inplace")
_BY_PLACE = ("iloc", "iat")
_MASKS = ("loc", "at", *_BY_PLACE)


def stored_columns(tape: Tape, event: Event) -> set[Any]:
    """The columns that an event stores into."""
    key = event.detail.get("key")
    if is_masked(tape, event) and isinstance(key, tuple):
        key = key[-1]
    keys = key if isinstance(key, list) else [key]
    columns = event.output.columns if event.output is not None else None
    if columns and is_masked(tape, event) and is_by_place(tape, event):
        taken = [columns[one : one + 1] if isinstance(one, int) else columns for one in keys]
        return set().union(*taken)
    return set(keys)


def is_masked(tape: Tape, event: Event) -> bool:
    """Whether some rows alone are stored into, as `df.loc[mask, "a"]` does."""
    node = tape.expressions[event.node]
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and (node.value.attr in _MASKS)
    )


def is_by_place(tape: Tape, event: Event) -> bool:
    """Whether what is stored is named by its place, as `df.iloc[3, 1]` does."""
    node = tape.expressions[event.node]
    assert isinstance(node, ast.Subscript)
    return isinstance(node.value, ast.Attribute) and node.value.attr in _BY_PLACE
