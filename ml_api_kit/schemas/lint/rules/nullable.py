"""`nullable` is a word of OpenAPI 3.0, and lets no null in."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.shapes import TYPES
from ml_api_kit.schemas.lint.words import shown

ID = "S033"
LEVEL = "error"
WHY = "JSON Schema does not know the word: null is refused though the schema says it may be."
MEND = 'Put "null" into `type`.'
WRONG = {"type": "string", "nullable": True}
RIGHT = {"type": ["string", "null"]}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each `nullable: true` whose `type` does not name null."""
    for node in document.nodes:
        types = node.types or frozenset(TYPES)
        if node.schema.get("nullable") is True and "null" not in types:
            mend = f'Write `"type": {shown([*sorted(types), "null"])}`.'
            yield Fault((*node.path, "nullable"), "`nullable` lets no null in", mend)
