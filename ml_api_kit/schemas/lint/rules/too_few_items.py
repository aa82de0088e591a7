"""`minItems` asks for more items than the other keywords let in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.shapes import is_number

ID = "S035"
LEVEL = "error"
WHY = "No list can be long enough: every one is refused."
MEND = "Lower `minItems`, or let more items in."
WRONG = {"minItems": 3, "uniqueItems": True, "items": {"enum": ["low", "high"]}}
RIGHT = {"minItems": 2, "uniqueItems": True, "items": {"enum": ["low", "high"]}}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each `minItems` above the number of items that have a place, or of values that differ."""
    for node in document.nodes:
        least: Any = node.schema.get("minItems")
        if not is_number(least) or node.has_only_ref:
            continue
        for most, reason in _limits(node):
            if least > most:
                yield Fault((*node.path, "minItems"), f"`minItems` is {least}, and {reason}")


def _limits(node: SchemaNode) -> Iterator[tuple[int, str]]:
    listed, rest = ("prefixItems", "items")
    if node.draft < Draft.DRAFT_2020:
        listed, rest = ("items", "additionalItems")
    first = node.schema.get(listed)
    if isinstance(first, list) and node.schema.get(rest) is False:
        yield len(first), f"`{listed}` has room for {len(first)}"
    values = node.schema.get("items")
    if node.schema.get("uniqueItems") is True and "prefixItems" not in node.schema:
        constants = values.get("enum") if isinstance(values, dict) else None
        if isinstance(constants, list):
            count = len({_key(one) for one in constants})
            yield count, f"`uniqueItems` leaves room for the {count} of `enum`"


def _key(value: Any) -> str:
    is_whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if is_whole else value, sort_keys=True)
