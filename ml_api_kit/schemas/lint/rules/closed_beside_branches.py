"""`additionalProperties` is false beside branches with properties of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.references import Reference, resolve
from ml_api_kit.schemas.lint.words import listed, shown

ID = "S007"
LEVEL = "error"
WHY = (
    "`additionalProperties` does not look into `allOf`, `anyOf`, `oneOf` and `$ref`: what the"
    " branches describe is refused."
)
MEND = "Name the properties beside `additionalProperties`, too; `{}` is enough for each."
WRONG = {
    "additionalProperties": False,
    "properties": {"name": {"type": "string"}},
    "allOf": [{"properties": {"age": {"type": "integer"}}}],
}
RIGHT = {
    "unevaluatedProperties": False,
    "properties": {"name": {"type": "string"}},
    "allOf": [{"properties": {"age": {"type": "integer"}}}],
}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each closed schema whose branches describe properties that it does not know."""
    for node in document.nodes:
        if node.schema.get("additionalProperties") is not False or node.has_only_ref:
            continue
        if node.schema.get("patternProperties"):
            continue
        own = node.schema.get("properties") or {}
        unknown = {name for branch in _branches(document, node) for name in _names(branch)} - {*own}
        if unknown:
            names = listed(shown(name) for name in unknown)
            what = f"`additionalProperties` is false, and refuses {names} of the branches beside it"
            mend = (
                "Write `unevaluatedProperties` in its place, which looks into the branches."
                if node.draft >= Draft.DRAFT_2019
                else None
            )
            yield Fault((*node.path, "additionalProperties"), what, mend)


def _branches(document: SchemaDocument, node: SchemaNode) -> Iterator[Any]:
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = node.schema.get(keyword)
        yield from branches if isinstance(branches, list) else ()
    reference = node.schema.get("$ref")
    if isinstance(reference, str):
        yield resolve(document, Reference(node, "$ref", reference))


def _names(schema: Any) -> Iterator[str]:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    for name, value in properties.items() if isinstance(properties, Mapping) else ():
        if value is not False:
            yield name
