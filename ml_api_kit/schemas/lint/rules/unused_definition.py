"""A definition is used by nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS
from ml_api_kit.schemas.lint.references import (
    reference_texts,
    references,
    target_path,
)
from ml_api_kit.schemas.lint.words import shown

ID = "S031"
LEVEL = "warning"
WHY = "It checks nothing: only what a `$ref` leads to, or a keyword holds, does."
MEND = "Refer to it by `$ref`, or take it out."
WRONG = {"$defs": {"age": {"type": "integer"}}, "type": "object"}
RIGHT = {"$defs": {"age": {"type": "integer"}}, "items": {"$ref": "#/$defs/age"}}

_HOLDERS = ("$defs", "definitions")


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each member of the top's `$defs` that is not referred to, where anything else is checked."""
    top = document.nodes[0] if document.nodes else None
    if top is None or not _checks_anything(top) or _has_names(document):
        return
    used = {path for one in references(document) if (path := target_path(one)) is not None}
    elsewhere = [*reference_texts(document.others)]
    for holder in _HOLDERS:
        definitions = top.schema.get(holder)
        for name in definitions if isinstance(definitions, Mapping) else ():
            path = (holder, name)
            if not any(target[:2] == path for target in used) and not any(
                text.startswith(f"{document.name}.json#/{holder}/{name}") for text in elsewhere
            ):
                yield Fault(path, f"nothing refers to {shown(name)}")


def _checks_anything(top: SchemaNode) -> bool:
    # A file that holds nothing but definitions is there for other files.
    return any(name in KEYWORDS and not KEYWORDS[name].is_annotation for name in top.schema)


def _has_names(document: SchemaDocument) -> bool:
    named = ("$anchor", "$dynamicAnchor", "$recursiveAnchor", "$id", "id")
    return any(name in node.schema for node in document.nodes[1:] for name in named)
