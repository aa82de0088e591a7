"""Joins with a table that does not come with the request: its columns looked up by their key."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from ml_api_kit.research.modularize.plain import NOT_PLAIN, to_plain
from ml_api_kit.research.modularize.sites import argument
from ml_api_kit.research.record.tape import Binding, Event, Tape, Value


@dataclass(frozen=True, slots=True)
class Lookup:
    """A join that is a look-up.

    Attributes:
        left: the frame of the request's rows.
        key: its column that is looked up.
        other_key: the column of the result that holds the key again; None where there is none.
        tables: for each column that is brought, its value by the key's.
    """

    left: Value
    key: Any
    other_key: Any
    tables: dict[Any, dict[Any, Any]]


def find_lookup(tape: Tape, event: Event, out: Value) -> Lookup | None:
    """The join as a look-up; None where it is none.

    It is one where the left frame alone has rows of the request, the join is by one column, each
    value of it stands once in the other table, and no other column is in both.
    """
    is_method = event.detail.get("is_method")
    left = event.inputs[0] if is_method else argument(tape, event, 0, "left")
    right = argument(tape, event, 0 if is_method else 1, "right")
    if left is None or right is None or not left.is_frame or not hasattr(right.object(), "columns"):
        return None
    if right.binding is Binding.ROWS and right.source is left.source:
        return None
    options = _options(tape, event, left, right)
    if options is None:
        return None
    key, other = options
    table = right.object()
    brought = [column for column in table.columns if column != other]
    if table[other].duplicated().any() or set(brought) & set(left.columns or ()):
        return None
    keys = [to_plain(one) for one in table[other].tolist()]
    tables = {
        column: dict(zip(keys, map(_plain, table[column].tolist()), strict=True))
        for column in brought
    }
    return Lookup(left, key, other if other != key else None, tables)


def _options(tape: Tape, event: Event, left: Value, right: Value) -> tuple[Any, Any] | None:
    """The key in the left frame and in the right; None where there are several, or other joins."""
    node = tape.expressions[event.node]
    assert isinstance(node, ast.Call)
    named = {
        one.arg: event.children[one.value.number].object()  # type: ignore[attr-defined]
        for one in node.keywords
        if one.arg and getattr(one.value, "number", -1) in event.children
    }
    if set(named) - {"on", "how", "left_on", "right_on", "right", "left", "sort"}:
        return None
    if named.get("how", "inner") not in ("left", "inner"):
        return None
    shared = [one for one in left.columns or () if one in set(right.columns or ())]
    key = named.get("on", named.get("left_on", shared))
    other = named.get("on", named.get("right_on", shared))
    key, other = (
        one[0] if isinstance(one, list) and len(one) == 1 else one for one in (key, other)
    )
    is_known = isinstance(key, str | int) and isinstance(other, str | int)
    return (key, other) if is_known else None


def _plain(value: Any) -> Any:
    plain = to_plain(value)
    return value if plain is NOT_PLAIN else plain
