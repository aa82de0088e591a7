"""A property is required and forbidden at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.near import nearest
from ml_api_kit.schemas.lint.words import shown

ID = "S006"
LEVEL = "error"
WHY = "No object can be right: without the property it is refused, and with it, too."
MEND = "Name the property in `properties`, or take it out of `required`."
WRONG = {"required": ["age"], "additionalProperties": False, "properties": {"agee": {}}}
RIGHT = {"required": ["age"], "additionalProperties": False, "properties": {"age": {}}}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each required name that `properties` or `additionalProperties` does not let in."""
    for node in document.nodes:
        required = node.schema.get("required")
        if not isinstance(required, list) or node.has_only_ref:
            continue
        for index, name in enumerate(required):
            if isinstance(name, str) and _is_forbidden(name, node):
                yield _fault(node, index, name)


def _fault(node: SchemaNode, index: int, name: str) -> Fault:
    near = nearest(name, node.schema.get("properties") or ())
    return Fault(
        (*node.path, "required", index),
        f"the property {shown(name)} is required, and no object may have it",
        f"Did you mean {shown(near)}? Write the same name in both places." if near else None,
    )


def _is_forbidden(name: str, node: SchemaNode) -> bool:
    schema = node.schema
    properties = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    if not isinstance(properties, Mapping) or not isinstance(patterns, Mapping):
        return False
    if name in properties:
        return properties[name] is False
    return schema.get("additionalProperties") is False and not any(
        _may_match(pattern, name) for pattern in patterns
    )


def _may_match(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return True  # it may be a pattern that only the engine can read
