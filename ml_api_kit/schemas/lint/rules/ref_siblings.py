"""Keywords stand beside a `$ref` that makes them go unread."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS
from ml_api_kit.schemas.lint.words import listed

ID = "S019"
LEVEL = "error"
WHY = "Up to draft 7 nothing is read of a schema with a `$ref` but the `$ref`."
MEND = 'Write `"allOf": [{"$ref": …}]` beside the other keywords, or name a later draft.'
WRONG = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "definitions": {"age": {"type": "integer"}},
    "properties": {"age": {"$ref": "#/definitions/age", "maximum": 120}},
}
RIGHT = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "definitions": {"age": {"type": "integer"}},
    "properties": {"age": {"allOf": [{"$ref": "#/definitions/age"}], "maximum": 120}},
}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each `$ref` of an early draft with keywords beside it that were to check something."""
    for node in document.nodes:
        if node.has_only_ref:
            beside = {
                name
                for name in node.schema
                if name != "$ref" and name in KEYWORDS and not KEYWORDS[name].is_annotation
            }
            if beside:
                names = listed(f"`{name}`" for name in beside)
                what = f"{names} beside `$ref` is not read in {node.draft.title}"
                yield Fault((*node.path, "$ref"), what)
