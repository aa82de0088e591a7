"""The schema refuses everything, because `not` holds a schema that lets everything in."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.conjuncts import conjuncts
from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault

ID = "S036"
LEVEL = "error"
WHY = "No value is right: an empty schema matches all, and `not` refuses what matches."
MEND = "Say in `not` what is refused, or leave it out."
WRONG = {"type": "string", "not": {}}
RIGHT = {"type": "string", "not": {"const": ""}}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each `not` of an empty schema, or of true, that the whole value is held to.

    For a property, items or a branch it is a way to forbid them, and left alone.
    """
    for node in conjuncts(document, document.nodes[0]) if document.nodes else ():
        if node.schema.get("not") in (True, {}) and not node.has_only_ref:
            yield Fault((*node.path, "not"), "`not` refuses every value")
