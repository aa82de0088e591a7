"""The bounds leave nothing between them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.shapes import is_number
from ml_api_kit.schemas.lint.words import shown

ID = "S010"
LEVEL = "error"
WHY = "No value lies above the lower bound and below the upper one: everything is refused."
MEND = "Swap the two bounds, or mend the one that is wrong."
WRONG = {"type": "integer", "minimum": 120, "maximum": 1}
RIGHT = {"type": "integer", "minimum": 1, "maximum": 120}

_COUNTS = ("Length", "Items", "Properties", "Contains")


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each pair of bounds that contradict each other."""
    for node in document.nodes:
        if node.has_only_ref:
            continue
        for kind in _COUNTS:
            low, high = node.schema.get(f"min{kind}"), node.schema.get(f"max{kind}")
            if _is_above(low, high):
                yield _fault(node, f"min{kind}", f"max{kind}")
        yield from _numbers(node)
        yield from _required(node)


def _numbers(node: SchemaNode) -> Iterator[Fault]:
    lows, highs = [*_bounds(node.schema, "inimum")], [*_bounds(node.schema, "aximum")]
    if not lows or not highs:
        return
    low, high = max(lows), min(highs, key=lambda bound: (bound[0], not bound[1]))
    is_open = low[1] or high[1]
    is_empty = low[0] > high[0] or (low[0] == high[0] and is_open)
    if node.types == frozenset({"integer"}) and not is_empty:
        least = math.floor(low[0]) + 1 if low[1] else math.ceil(low[0])
        most = math.ceil(high[0]) - 1 if high[1] else math.floor(high[0])
        is_empty = least > most
    if is_empty:
        yield _fault(node, low[2], high[2])


def _bounds(schema: Mapping[str, Any], end: str) -> Iterator[tuple[float, bool, str]]:
    plain, exclusive = f"m{end}", f"exclusiveM{end}"
    if is_number(schema.get(plain)):
        yield schema[plain], schema.get(exclusive) is True, plain  # true: as draft 4 writes it
    if is_number(schema.get(exclusive)):
        yield schema[exclusive], True, exclusive


def _required(node: SchemaNode) -> Iterator[Fault]:
    required = node.schema.get("required")
    if isinstance(required, list) and _is_above(len(required), node.schema.get("maxProperties")):
        yield _fault(node, "required", "maxProperties")


def _is_above(low: object, high: object) -> bool:
    return is_number(low) and is_number(high) and low > high  # type: ignore[operator]


def _fault(node: SchemaNode, low: str, high: str) -> Fault:
    first, second = shown(node.schema[low]), shown(node.schema[high])
    what = f"`{low}` {first} and `{high}` {second} leave nothing between them"
    return Fault((*node.path, low), what)
