"""A `$ref` leads back to itself."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import Path, SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.references import Reference, target_path

ID = "S022"
LEVEL = "error"
WHY = "Following it never comes to an end, so it says nothing. Lists and trees need a step between."
MEND = "Let it lead to a schema that checks something, or put it under `items` or a property."
WRONG = {"$defs": {"age": {"$ref": "#/$defs/age"}}, "items": {"$ref": "#/$defs/age"}}
RIGHT = {"$defs": {"age": {"type": "integer"}}, "items": {"$ref": "#/$defs/age"}}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each reference that comes back to where it stands, over other references alone."""
    by_text: dict[Path, SchemaNode] = {tuple(map(str, node.path)): node for node in document.nodes}
    for node in document.nodes:
        if "$ref" in node.schema and _comes_back(node, by_text):
            yield Fault((*node.path, "$ref"), "`$ref` leads back to itself")


def _comes_back(start: SchemaNode, by_text: dict[Path, SchemaNode]) -> bool:
    node: SchemaNode | None = start
    seen: set[Path] = set()
    while node is not None and node.path not in seen:
        seen.add(node.path)
        text = node.schema.get("$ref")
        path = target_path(Reference(node, "$ref", text)) if isinstance(text, str) else None
        node = by_text.get(path) if path is not None else None
        if node is start:
            return True
    return False
