"""A keyword checks nothing in the draft that the schema names."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS

ID = "S016"
LEVEL = "error"
WHY = "Each draft ignores the keywords that it does not know, also those of other drafts."
MEND = "Name the draft that knows the keyword in `$schema`, or write it as this draft does."
WRONG = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "dependentRequired": {"card": ["address"]},
}
RIGHT = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "dependencies": {"card": ["address"]},
}

_INSTEAD = {
    "const": "`enum` with one value",
    "prefixItems": "`items` with a list",
    "additionalItems": "`items`, beside `prefixItems`",
    "dependentRequired": "`dependencies`",
    "dependentSchemas": "`dependencies`",
    "$dynamicRef": "`$ref`",
    "$recursiveRef": "`$dynamicRef`",
}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each keyword that would check something in another draft only."""
    for node in document.nodes:
        for name in node.schema:
            keyword = KEYWORDS.get(name)
            if keyword and not keyword.is_annotation and not keyword.is_known_in(node.draft):
                yield _fault(node, name)


def _fault(node: SchemaNode, name: str) -> Fault:
    first, last = KEYWORDS[name].first, KEYWORDS[name].last
    known = f"only from {first.title} on" if last == Draft.DRAFT_2020 else f"up to {last.title}"
    if first == last:
        known = f"in {first.title} only"
    instead = _INSTEAD.get(name)
    write = f"write {instead} in its place" if instead else "leave it out"
    meant = first if node.draft < first else last
    return Fault(
        (*node.path, name),
        f"`{name}` is known {known}, and this is {node.draft.title}",
        f"Name {meant.title} in `$schema` ({meant.uri}), or {write}.",
    )
