"""The schemas that must hold together."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.references import Reference, target_path


def conjuncts(document: SchemaDocument, node: SchemaNode) -> Iterator[SchemaNode]:
    """`node`, and all that must hold of the same value with it: by `allOf`, and by `$ref`.

    >>> document = SchemaDocument({"allOf": [{"minimum": 1}, {"allOf": [{"maximum": 2}]}]})
    >>> [dict(one.schema) for one in conjuncts(document, document.nodes[0])][1]
    {'minimum': 1}
    """
    waiting, seen = [node], {node.path}
    while waiting:
        one = waiting.pop(0)
        yield one
        for inner in _beside(document, one):
            if inner.path not in seen:
                seen.add(inner.path)
                waiting.append(inner)


def _beside(document: SchemaDocument, node: SchemaNode) -> Iterator[SchemaNode]:
    members = node.schema.get("allOf")
    if isinstance(members, list) and not node.has_only_ref:
        for index in range(len(members)):
            if (inner := document.node_at.get((*node.path, "allOf", index))) is not None:
                yield inner
    text = node.schema.get("$ref")
    if isinstance(text, str):
        target = target_path(Reference(node, "$ref", text))
        if target is not None and (inner := document.node_at.get(target)) is not None:
            yield inner
