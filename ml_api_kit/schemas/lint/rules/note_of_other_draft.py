"""A keyword that checks nothing is spelt as in another draft."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS

ID = "S017"
LEVEL = "warning"
WHY = "Tools that know only the draft that the schema names overlook it."
MEND = "Spell it as the draft does: `$defs` from 2019-09 on, `definitions` before; `$id`, `id`."
WRONG = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "$defs": {"age": {"type": "integer"}},
    "properties": {"age": {"$ref": "#/$defs/age"}},
}
RIGHT = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "definitions": {"age": {"type": "integer"}},
    "properties": {"age": {"$ref": "#/definitions/age"}},
}

_INSTEAD = {"$defs": "definitions", "definitions": "$defs", "id": "$id", "$id": "id"}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each keyword that checks nothing, of another draft than the schema names."""
    for node in document.nodes:
        for name in node.schema:
            keyword = KEYWORDS.get(name)
            is_old = name == "definitions" and node.draft >= Draft.DRAFT_2019
            if (
                keyword
                and keyword.is_annotation
                and (is_old or not keyword.is_known_in(node.draft))
            ):
                instead = _INSTEAD.get(name)
                yield Fault(
                    (*node.path, name),
                    f"`{name}` is not how {node.draft.title} spells it",
                    f"Write `{instead}`." if instead else "Leave it out, or name a later draft.",
                )
