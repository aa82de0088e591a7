"""A property is required and forbidden at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.near import nearest
from ml_api_kit.schemas.lint.own_checks import own_check
from ml_api_kit.schemas.lint.words import shown

ID = "S006"
LEVEL = "error"
WHY = "No object can be right: without the property it is refused, and with it, too."
MEND = "Name the property in `properties`, or take it out of `required`."
WRONG = {"required": ["age"], "additionalProperties": False, "properties": {"agee": {}}}
RIGHT = {"required": ["age"], "additionalProperties": False, "properties": {"age": {}}}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each required name that `properties`, `additionalProperties` or `propertyNames` forbids."""
    for node in document.nodes:
        required = node.schema.get("required")
        if not isinstance(required, list) or node.has_only_ref:
            continue
        is_name = _names_check(document, node)
        for index, name in enumerate(required):
            if isinstance(name, str) and _is_forbidden(name, node, is_name):
                yield _fault(node, index, name)


def _fault(node: SchemaNode, index: int, name: str) -> Fault:
    near = nearest(name, node.schema.get("properties") or ())
    return Fault(
        (*node.path, "required", index),
        f"the property {shown(name)} is required, and no object may have it",
        f"Did you mean {shown(near)}? Write the same name in both places." if near else None,
    )


def _names_check(document: SchemaDocument, node: SchemaNode) -> Callable[[str], bool] | None:
    inner = document.node_at.get((*node.path, "propertyNames"))
    if inner is not None:
        return own_check(inner, without=frozenset())
    return (lambda name: False) if node.schema.get("propertyNames") is False else None


def _is_forbidden(name: str, node: SchemaNode, is_name: Callable[[str], bool] | None) -> bool:
    if is_name is not None and not is_name(name):
        return True
    schema = node.schema
    properties = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    if not isinstance(properties, Mapping) or not isinstance(patterns, Mapping):
        return False
    if name in properties:
        return properties[name] in (False, {"not": {}}, {"not": True})
    return schema.get("additionalProperties") is False and not any(
        _may_match(pattern, name) for pattern in patterns
    )


def _may_match(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return True  # it may be a pattern that only the engine can read
