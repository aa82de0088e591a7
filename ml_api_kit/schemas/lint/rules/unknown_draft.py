"""`$schema` names a draft that is not known here."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.drafts import DEFAULT_DRAFT, draft_of
from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.references import known_ids
from ml_api_kit.schemas.lint.words import shown

ID = "S026"
LEVEL = "error"
WHY = "What the keywords mean is not known without the draft."
MEND = f"Name draft 4, 6, 7, 2019-09 or 2020-12 ({DEFAULT_DRAFT.uri}), or leave `$schema` out."
WRONG = {"$schema": "http://json-schema.org/draft-05/schema#", "type": "integer"}
RIGHT = {"$schema": DEFAULT_DRAFT.uri, "type": "integer"}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """A `$schema` that is no text, or no draft from 4 to 2020-12, nor a schema at hand."""
    for node in document.nodes:
        if draft_of(node.schema) is None:
            named = node.schema["$schema"]
            if not isinstance(named, str) or named.rstrip("#") not in known_ids(document):
                yield Fault((*node.path, "$schema"), f"{shown(named)} is no draft known here")
