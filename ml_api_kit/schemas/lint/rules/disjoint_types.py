"""A schema and one that must hold beside it name types that have nothing in common."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.references import Reference, target_path
from ml_api_kit.schemas.lint.shapes import TYPES
from ml_api_kit.schemas.lint.words import listed

ID = "S029"
LEVEL = "error"
WHY = "All members of `allOf`, and a `$ref`, must hold at once: no value is of both types."
MEND = "Let the types agree; where one of them is enough, write `anyOf`."
WRONG = {"type": "string", "allOf": [{"type": "integer"}]}
RIGHT = {"anyOf": [{"type": "string"}, {"type": "integer"}]}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each member of `allOf`, and each `$ref`, whose types are none of those around it.

    And each `anyOf` and `oneOf` of which no member has one of those types.
    """
    for node in document.nodes:
        if not node.has_only_ref:
            left = _types(node)
            for inner, path in _beside(document, node):
                types = _types(inner)
                if left and types and not left & types:
                    what = (
                        f"`type` is {listed(left)} here and {listed(types)} in what must hold, too"
                    )
                    yield Fault(path, what)
                left = left & types if left and types else left or types
            yield from _branches(document, node)


def _branches(document: SchemaDocument, node: SchemaNode) -> Iterator[Fault]:
    own = _types(node)
    for keyword in ("anyOf", "oneOf") if own else ():
        members = node.schema.get(keyword)
        count = len(members) if isinstance(members, list) else 0
        inner = [document.node_at.get((*node.path, keyword, index)) for index in range(count)]
        types = [_types(one) if one is not None else frozenset() for one in inner]
        if types and all(each and not each & own for each in types):
            all_of_them = frozenset[str]().union(*types)
            what = f"`type` is {listed(own)} here and {listed(all_of_them)} in every branch"
            yield Fault((*node.path, keyword), what)


def _beside(
    document: SchemaDocument, node: SchemaNode
) -> Iterator[tuple[SchemaNode, tuple[str | int, ...]]]:
    members = node.schema.get("allOf")
    for index in range(len(members)) if isinstance(members, list) else ():
        path = (*node.path, "allOf", index)
        if (inner := document.node_at.get(path)) is not None:
            yield inner, path
    text = node.schema.get("$ref")
    if isinstance(text, str):
        target = target_path(Reference(node, "$ref", text))
        if target is not None and (inner := document.node_at.get(target)) is not None:
            yield inner, (*node.path, "$ref")


def _types(node: SchemaNode) -> frozenset[str]:
    types = frozenset() if node.has_only_ref else (node.types or frozenset())
    if not types <= {*TYPES}:
        return frozenset()
    return types | {"integer"} if "number" in types else types
